package org.cfcql.run.folder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cfcql.run.storage.Storage;

/**
 * Keeps {@code timing.jsonl} of a cell that evaluates, or is restarted, without end within its
 * limit. The first and the last quarter stay; what adds up over the lines between is in one line in
 * their place.
 */
final class TimingLines {
    static final String LEFT_OUT = "left out";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SHARES = 4;

    private TimingLines() {}

    /** Rewrites the file; every line of it is whole. */
    static void shorten(Path file, long limitBytes) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException unreadable) {
            throw Storage.readFault(file, unreadable);
        }
        int begin = 0;
        for (long bytes = 0; begin < lines.size(); begin++) {
            bytes += bytes(lines.get(begin));
            // It may be shorter than the line that did not fit when it came in, and fit now.
            if (bytes > limitBytes / SHARES || leftOut(lines.get(begin))) {
                break;
            }
        }
        int end = lines.size();
        for (long bytes = 0; end > begin; end--) {
            bytes += bytes(lines.get(end - 1));
            if (bytes > limitBytes / SHARES) {
                break;
            }
        }
        StringBuilder text = new StringBuilder();
        lines.subList(0, begin).forEach(line -> text.append(line).append('\n'));
        text.append(sum(lines.subList(begin, end))).append('\n');
        lines.subList(end, lines.size()).forEach(line -> text.append(line).append('\n'));
        Storage.writeAtomically(file, text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static boolean leftOut(String line) {
        try {
            return JSON.readTree(line).path("event").asText().equals(LEFT_OUT);
        } catch (IOException torn) {
            return false;
        }
    }

    private static long bytes(String line) {
        return line.getBytes(StandardCharsets.UTF_8).length + 1L;
    }

    private static String sum(List<String> lines) {
        long count = 0;
        long restarts = 0;
        long repeatedEpisodes = 0;
        long environmentRestarts = 0;
        JsonNode last = JSON.createObjectNode();
        for (String line : lines) {
            try {
                JsonNode event = JSON.readTree(line);
                boolean shortened = event.path("event").asText().equals(LEFT_OUT);
                count += shortened ? event.path("lines").asLong() : 1;
                restarts += event.path("event").asText().equals("restart") ? 1 : 0;
                restarts += event.path("restarts").asLong();
                repeatedEpisodes += event.path("repeatedEpisodes").asLong();
                environmentRestarts += event.path("environmentRestarts").asLong();
                last = event;
            } catch (IOException torn) {
                count++;
            }
        }
        Map<String, Object> sum = new LinkedHashMap<>();
        sum.put("event", LEFT_OUT);
        sum.put("at", last.path("at").asText());
        sum.put("round", last.path("round").asInt());
        sum.put("elapsedMs", last.path("elapsedMs").asDouble());
        sum.put("lines", count);
        sum.put("restarts", restarts);
        sum.put("repeatedEpisodes", repeatedEpisodes);
        sum.put("environmentRestarts", environmentRestarts);
        return JSON.valueToTree(sum).toString();
    }
}
