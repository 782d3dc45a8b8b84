package org.cfcql.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cfcql.report.model.Report;
import org.cfcql.report.read.RunReader;

/** Writes run folders of the discrete branch with invented numbers. */
public final class MadeUpRun {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int STEPS = 400;
    private static final Map<String, Integer> GRANT = Map.of("CRITIC", STEPS, "BATCH", STEPS);

    private final Path folder;
    private Path lastCell;

    public MadeUpRun(Path folder) {
        this.folder = folder;
    }

    public Path folder() {
        return folder;
    }

    /** A finished cell whose score grows linearly from 0 to {@code score} while training. */
    public MadeUpRun cell(
            String algorithm,
            String variant,
            String environment,
            String kind,
            double dataMean,
            long seed,
            double score) {
        Map<String, Object> settings = new TreeMap<>();
        settings.put("gamma", 0.8);
        for (String part : variant.isEmpty() ? new String[0] : variant.split(",")) {
            settings.put(part.split("=")[0], part.split("=")[1]);
        }
        String id =
                String.join(
                        "__",
                        algorithm + (variant.isEmpty() ? "" : "-" + variant),
                        environment.replace('/', '-'),
                        kind,
                        "s" + seed,
                        "equal");
        Path cell = folder.resolve("cells").resolve(id);
        Map<String, Object> known = new TreeMap<>();
        known.put("schema", 1);
        known.put("id", id);
        known.put("algorithm", algorithm);
        known.put("variant", variant);
        known.put("branch", "discrete");
        known.put("environment", Map.of("id", environment, "options", Map.of()));
        known.put("dataset", data(environment, kind, dataMean));
        known.put("seed", seed);
        known.put("track", "equal");
        known.put("settings", settings);
        known.put("budget", Map.of("rounds", STEPS, "batch", 128, "granted", GRANT));
        known.put(
                "evaluation",
                Map.of("every", 100, "episodes", 2, "finalEpisodes", 2, "startStates", "fixed10"));
        known.put("provenance", Map.of("environmentFingerprint", "print of " + environment));
        Map<String, Object> result = new TreeMap<>();
        result.put("schema", 1);
        result.put("cell", id);
        result.put("score", score);
        result.put("final", Map.of("episodes", 2));
        double tail =
                (score * 0 / STEPS
                                + score * 100 / STEPS
                                + score * 200 / STEPS
                                + score * 300 / STEPS)
                        / 4;
        result.put("tail", Map.of("evaluations", 4, "mean", tail, "std", 0));
        result.put("best", score * 300 / STEPS);
        result.put("environmentFingerprint", "print of " + environment);
        result.put("environmentIngredients", Map.of("backend", "made-up"));
        result.put("ledger", Map.of("granted", GRANT, "spent", GRANT));
        result.put("settings", settings);
        lastCell = cell;
        write(cell.resolve("cell.json"), text(known));
        write(cell.resolve("result.json"), text(result));
        write(cell.resolve("evaluations.jsonl"), evaluations(score));
        return this;
    }

    private static Map<String, Object> data(String environment, String kind, double mean) {
        Map<String, Object> data = new TreeMap<>();
        data.put("name", kind);
        data.put("kind", kind);
        data.put("hash", environment + kind);
        data.put("episodes", 5000);
        data.put("transitions", 250_000);
        data.put("meanReturn", mean);
        data.put("stdReturn", 1.5);
        return data;
    }

    /** Returns are ten times the scores, plus the number of the episode. */
    private static String evaluations(double score) {
        StringBuilder lines = new StringBuilder();
        for (int round = 0; round <= STEPS; round += 100) {
            for (int episode = 0; episode < 2; episode++) {
                Map<String, Object> line = new TreeMap<>();
                line.put("evaluation", round == STEPS ? "final" : String.valueOf(round / 100));
                line.put("round", round);
                line.put("episode", episode);
                line.put("score", score * round / STEPS);
                line.put("agentReturns", List.of(10 * score * round / STEPS + episode));
                lines.append(text(line)).append('\n');
            }
        }
        return lines.toString();
    }

    /** Gives the cell written last the metric {@code dataValue}, growing linearly to a value. */
    public MadeUpRun values(double last) {
        StringBuilder lines = new StringBuilder();
        for (int round = 1; round <= STEPS; round++) {
            Map<String, Object> line = new TreeMap<>();
            line.put("round", round);
            line.put("dataValue", last * round / STEPS);
            lines.append(text(line)).append('\n');
        }
        write(lastCell.resolve("metrics.jsonl"), lines.toString());
        return this;
    }

    public Report report() {
        return Report.of(List.of(RunReader.read(folder)), KnownAlgorithms.publications());
    }

    private static String text(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
