package org.cfcql.run.folder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.run.storage.JsonLinesFile;
import org.cfcql.run.storage.Storage;

/**
 * Appends to {@code timing.jsonl}: everything about a cell that differs between equal runs. Times
 * add up over restarts. Beyond a limit the lines in the middle become one.
 */
public final class TimingLog implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Limit of the file. */
    static final long LIMIT_BYTES = 16 << 20;

    private final Path file;
    private final long limitBytes;
    private JsonLinesFile lines;
    private final long startedNanos = System.nanoTime();
    private final double elapsedBeforeMs;
    private final SortedMap<String, Double> spentMs = new TreeMap<>();
    private long repeatedEpisodesBefore;
    private long environmentRestartsBefore;
    private final Map<String, Long> fresh = new LinkedHashMap<>();

    /** Continues the file of a cell. */
    public TimingLog(Path file) {
        this(file, LIMIT_BYTES);
    }

    /** The same with another limit. */
    TimingLog(Path file, long limitBytes) {
        this.file = file;
        this.limitBytes = limitBytes;
        Map<String, Double> last = last(file);
        elapsedBeforeMs = last.getOrDefault("elapsedMs", 0.0);
        last.remove("elapsedMs");
        spentMs.put("trainMs", 0.0);
        spentMs.put("evaluationMs", 0.0);
        spentMs.putAll(last);
        lines = new JsonLinesFile(file, wholeLines(file));
    }

    /** Adds time of updates. */
    public void training(long nanos) {
        add(new TreeMap<>(Map.of("trainMs", nanos)));
    }

    /** Adds time of evaluations. */
    public void evaluation(long nanos) {
        add(new TreeMap<>(Map.of("evaluationMs", nanos)));
    }

    /** Adds nanoseconds spent, by the name under which they are kept in milliseconds. */
    public void add(SortedMap<String, Long> nanos) {
        nanos.forEach((name, spent) -> spentMs.merge(name, spent / 1e6, Double::sum));
    }

    /**
     * Notes what was lost in an evaluation, for its line.
     *
     * @param repeatedEpisodes episodes begun in vain in this process so far
     * @param environmentRestarts environment workers replaced in this process so far
     */
    public void disturbances(long repeatedEpisodes, long environmentRestarts) {
        fresh.put("repeatedEpisodes", repeatedEpisodes - repeatedEpisodesBefore);
        fresh.put("environmentRestarts", environmentRestarts - environmentRestartsBefore);
        repeatedEpisodesBefore = repeatedEpisodes;
        environmentRestartsBefore = environmentRestarts;
    }

    /** Writes a line. */
    public void event(String name, int round) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("event", name);
        line.put("at", Instant.now().toString());
        line.put("round", round);
        line.put("elapsedMs", elapsedBeforeMs + (System.nanoTime() - startedNanos) / 1e6);
        line.putAll(spentMs);
        line.put("rssMiB", residentMiB());
        line.put("pid", ProcessHandle.current().pid());
        line.putAll(fresh);
        fresh.clear();
        lines.append(line);
        if (lines.length() > limitBytes) {
            lines.close();
            TimingLines.shorten(file, limitBytes);
            lines = new JsonLinesFile(file, wholeLines(file));
        }
    }

    @Override
    public void close() {
        lines.close();
    }

    /** Resident memory of this process; -1 where the system does not tell. */
    private static long residentMiB() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(-1L);
        } catch (IOException notLinux) {
            return -1;
        }
    }

    /** Bytes up to the last line break: a killed process may have left a torn line. */
    private static long wholeLines(Path file) {
        try {
            if (!Files.exists(file)) {
                return 0;
            }
            byte[] content = Files.readAllBytes(file);
            int end = content.length;
            while (end > 0 && content[end - 1] != '\n') {
                end--;
            }
            return end;
        } catch (IOException failure) {
            throw Storage.writeFault(file, failure);
        }
    }

    private static Map<String, Double> last(Path file) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        try {
            List<String> whole = Files.exists(file) ? Files.readAllLines(file) : List.of();
            for (String line : whole) {
                if (line.endsWith("}")) {
                    JsonNode node = JSON.readTree(line);
                    node.fieldNames()
                            .forEachRemaining(
                                    key -> {
                                        if (key.endsWith("Ms")) {
                                            numbers.put(key, node.path(key).asDouble());
                                        }
                                    });
                }
            }
        } catch (IOException failure) {
            throw Storage.writeFault(file, failure);
        }
        return numbers;
    }
}
