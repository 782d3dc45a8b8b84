package org.cfcql.report.read;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.cfcql.budget.Scale;
import org.cfcql.error.ForeignText;
import org.cfcql.error.UserError;
import org.cfcql.outcome.CellOutcome;
import org.cfcql.outcome.Continuations;
import org.cfcql.outcome.JsonDocument;
import org.cfcql.outcome.PlannedCell;

/** Reads a run folder. */
public final class RunReader {
    private RunReader() {}

    /**
     * Reads a run folder; one with only {@code cell.json}, {@code result.json} and evaluations per
     * cell will do.
     *
     * @throws UserError if it is no run folder, or a file is damaged or of a newer version
     */
    public static RunData read(Path folder) {
        JsonNode plan = JsonDocument.read(folder.resolve("plan.json"));
        Map<String, JsonNode> planned = new LinkedHashMap<>();
        plan.path("cells").forEach(cell -> planned.put(cell.path("id").asText(), cell));
        folders(folder.resolve("cells")).forEach(name -> planned.putIfAbsent(name, plan.path("-")));
        if (planned.isEmpty()) {
            throw new UserError(
                    "expected a run folder with cells, found none in "
                            + folder
                            + "; give the folder that cfcql run printed");
        }
        Path absolute = folder.toAbsolutePath().normalize();
        String name = plan.path("experiment").asText(String.valueOf(absolute.getFileName()));
        Path cells = folder.resolve("cells");
        // On all cores: ten thousand cells are a million lines of episodes.
        List<ReportedCell> read =
                planned.entrySet().parallelStream()
                        .map(
                                one ->
                                        cell(
                                                name,
                                                one.getKey(),
                                                cells.resolve(one.getKey()),
                                                one.getValue()))
                        .toList();
        return new RunData(
                name,
                folder.toString(),
                JsonFile.textOrEmpty(folder.resolve("experiment.yaml")),
                JsonFile.textOrEmpty(folder.resolve("notes.md")),
                read);
    }

    private static List<String> folders(Path cells) {
        if (!Files.isDirectory(cells)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(cells)) {
            return entries.filter(Files::isDirectory)
                    .map(path -> path.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException failure) {
            throw new UserError(
                    "expected a readable " + cells + "; check its permissions", failure);
        }
    }

    /** A damaged cell is one that failed: it is named with what to do, and the others go on. */
    private static ReportedCell cell(String run, String id, Path folder, JsonNode inPlan) {
        try {
            CellFiles files = CellFiles.read(folder);
            new PlannedCell(inPlan).requireIn(files.cell(), folder);
            JsonNode failure = JsonDocument.read(folder.resolve("failure.json"));
            String reason = ForeignText.oneLine(failure.path("message").asText(""));
            return cell(run, id, state(files, failure), reason, files, inPlan);
        } catch (UserError damaged) {
            return cell(run, id, CellState.FAILED, damaged.getMessage(), CellFiles.NONE, inPlan);
        }
    }

    /** What the files of a cell hold; missing nodes and no lines for those that are not there. */
    private record CellFiles(
            JsonNode cell,
            JsonNode result,
            JsonNode ledger,
            List<JsonNode> evaluations,
            List<JsonNode> metrics,
            List<JsonNode> timing) {
        private static final JsonNode MISSING = MissingNode.getInstance();
        static final CellFiles NONE =
                new CellFiles(MISSING, MISSING, MISSING, List.of(), List.of(), List.of());

        static CellFiles read(Path folder) {
            Optional<CellOutcome> outcome = CellOutcome.read(folder);
            JsonNode cell =
                    outcome.map(CellOutcome::cell)
                            .orElseGet(() -> JsonDocument.read(folder.resolve("cell.json")));
            JsonNode result = outcome.map(CellOutcome::result).orElse(MISSING);
            JsonNode ledger = JsonDocument.read(folder.resolve("ledger.json"));
            JsonNode stored = ledger.isMissingNode() ? result.path("ledger") : ledger;
            return new CellFiles(
                    cell,
                    result,
                    stored.isMissingNode() ? cell.path("budget") : stored,
                    outcome.map(CellOutcome::evaluations)
                            .orElseGet(
                                    () ->
                                            JsonDocument.readLines(
                                                    folder.resolve("evaluations.jsonl"))),
                    JsonDocument.readLines(folder.resolve("metrics.jsonl")),
                    JsonDocument.readLines(folder.resolve("timing.jsonl")));
        }
    }

    private static ReportedCell cell(
            String run,
            String id,
            CellState state,
            String reason,
            CellFiles files,
            JsonNode inPlan) {
        JsonNode cell = files.cell();
        JsonNode result = files.result();
        // What the plan lacks the cell has, and the other way round for cells not started.
        JsonNode known = cell.isMissingNode() ? inPlan : cell;
        JsonNode provenance = cell.path("provenance");
        String fingerprint = result.path("environmentFingerprint").asText("");
        JsonNode ingredients = result.path("environmentIngredients");
        boolean inResult = !fingerprint.isEmpty();
        return new ReportedCell(
                run,
                id,
                state,
                reason,
                known.path("algorithm").asText(id.split("__")[0]),
                known.path("variant").asText(""),
                environment(known),
                inResult ? fingerprint : provenance.path("environmentFingerprint").asText(""),
                JsonFile.flat(inResult ? ingredients : provenance.path("environmentIngredients")),
                data(known),
                known.path("seed").asLong(),
                track(known),
                settings(known, result),
                cell.path("budget").path("rounds").asInt(inPlan.path("rounds").asInt()),
                cell.path("budget").path("batch").asInt(inPlan.path("batch").asInt()),
                protocol(known),
                JsonFile.counts(files.ledger().path("granted")),
                JsonFile.counts(files.ledger().path("spent")),
                outcome(result),
                curve(files.evaluations()),
                finalReturn(files.evaluations()),
                Series.of(files.metrics()),
                Effort.of(files.timing()),
                Continuations.of(result),
                JsonFile.flat(provenance));
    }

    private static CellState state(CellFiles files, JsonNode failure) {
        if (!files.result().isMissingNode()) {
            return files.result().has("score") ? CellState.FINISHED : CellState.NOT_EVALUATED;
        }
        if (!failure.isMissingNode()) {
            return CellState.FAILED;
        }
        return files.cell().isMissingNode() ? CellState.NOT_STARTED : CellState.UNFINISHED;
    }

    private static String environment(JsonNode cell) {
        JsonNode environment = cell.path("environment");
        return environment.isTextual() ? environment.asText() : environment.path("id").asText("");
    }

    /** Track and scale; cells of versions without scales had the whole budget. */
    private static ScaledTrack track(JsonNode cell) {
        return new ScaledTrack(
                cell.path("track").asText("").toLowerCase(Locale.ROOT),
                new Scale(cell.path("scale").asDouble(1)));
    }

    private static DataFacts data(JsonNode cell) {
        JsonNode data = cell.path("dataset");
        return new DataFacts(
                data.path("name").asText(cell.path("datasetName").asText("")),
                data.path("kind").asText(""),
                data.path("hash").asText(""),
                data.path("episodes").asLong(),
                data.path("transitions").asLong(),
                new Spread(
                        data.path("meanReturn").asDouble(Double.NaN),
                        data.path("stdReturn").asDouble(Double.NaN)),
                data.path("policyScore").asDouble(Double.NaN));
    }

    private static SortedMap<String, String> settings(JsonNode cell, JsonNode result) {
        SortedMap<String, String> settings = new TreeMap<>(JsonFile.flat(cell.path("settings")));
        settings.putAll(JsonFile.flat(result.path("settings")));
        JsonNode replay = cell.path("replay");
        if (replay.isTextual()) {
            settings.putIfAbsent("replay.rng", replay.asText());
        }
        return settings;
    }

    private static EvaluationFacts protocol(JsonNode cell) {
        JsonNode evaluation = cell.path("evaluation");
        boolean discrete = cell.path("branch").asText("").equalsIgnoreCase("discrete");
        return new EvaluationFacts(
                evaluation.path("every").asInt(),
                discrete ? "gradient steps" : "rounds",
                evaluation.path("episodes").asInt(),
                evaluation.path("finalEpisodes").asInt(),
                evaluation.path("startStates").asText("independent"));
    }

    private static Optional<Outcome> outcome(JsonNode result) {
        if (!result.has("score")) {
            return Optional.empty();
        }
        JsonNode tail = result.path("tail");
        JsonNode best = result.path("best");
        return Optional.of(
                new Outcome(
                        result.path("score").asDouble(),
                        new Spread(
                                tail.path("mean").asDouble(Double.NaN),
                                tail.path("std").asDouble(Double.NaN)),
                        tail.path("evaluations").asInt(),
                        (best.isObject() ? best.path("mean") : best).asDouble(Double.NaN)));
    }

    /**
     * Mean return of the team in the final evaluation; not a number where agents have their own.
     */
    private static double finalReturn(List<JsonNode> lines) {
        return lines.stream()
                .filter(episode -> episode.path("evaluation").asText().equals("final"))
                .map(episode -> episode.path("agentReturns"))
                .mapToDouble(
                        returns ->
                                returns.size() == 1
                                        ? returns.get(0).asDouble(Double.NaN)
                                        : Double.NaN)
                .average()
                .orElse(Double.NaN);
    }

    /** Mean score per evaluation, in the order in which they were made. */
    private static List<CurvePoint> curve(List<JsonNode> lines) {
        Map<String, List<JsonNode>> byEvaluation = new LinkedHashMap<>();
        for (JsonNode episode : lines) {
            byEvaluation
                    .computeIfAbsent(episode.path("evaluation").asText(), key -> new ArrayList<>())
                    .add(episode);
        }
        List<CurvePoint> curve = new ArrayList<>();
        byEvaluation.forEach(
                (evaluation, episodes) -> {
                    double sum = 0;
                    for (JsonNode episode : episodes) {
                        sum += episode.path("score").asDouble();
                    }
                    curve.add(
                            new CurvePoint(
                                    episodes.get(0).path("round").asInt(),
                                    episodes.get(0).path("environmentSteps").asDouble(Double.NaN),
                                    sum / episodes.size(),
                                    evaluation.equals("final")));
                });
        return curve;
    }
}
