package org.cfcql.outcome;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.cfcql.error.UserError;

/**
 * The result of a cell that is done, checked against the files beside it.
 *
 * @param result content of {@code result.json}
 * @param cell content of {@code cell.json}
 * @param evaluations lines of {@code evaluations.jsonl}
 */
public record CellOutcome(JsonNode result, JsonNode cell, List<JsonNode> evaluations) {
    /** What a result says in place of scores where nothing was evaluated. */
    public static final String NOT_EVALUATED = "not evaluated";

    private static final String RESULT = "result.json";
    private static final String EVALUATIONS = "evaluations.jsonl";
    private static final String FINAL = "final";
    private static final int TAIL = 10;

    /** Result and cell name the same thing differently: path in the one, path in the other. */
    private static final List<List<String>> SHARED =
            List.of(
                    List.of("/algorithm", "/algorithm"),
                    List.of("/variant", "/variant"),
                    List.of("/environment", "/environment/id"),
                    List.of("/dataset", "/dataset/name"),
                    List.of("/datasetHash", "/dataset/hash"),
                    List.of("/seed", "/seed"),
                    List.of("/track", "/track"),
                    List.of("/scale", "/scale"),
                    List.of("/rounds", "/budget/rounds"),
                    List.of("/environmentFingerprint", "/provenance/environmentFingerprint"));

    /** Copies the lines. */
    public CellOutcome {
        evaluations = List.copyOf(evaluations);
    }

    /**
     * The outcome in a cell's folder; empty while the cell is not done.
     *
     * @throws UserError if there is a result that is damaged or belongs to something else; the
     *     message says what to delete
     */
    public static Optional<CellOutcome> read(Path folder) {
        Path file = folder.resolve(RESULT);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        JsonNode result = JsonDocument.read(file);
        String id = String.valueOf(folder.getFileName());
        if (!id.equals(result.path("cell").textValue())) {
            throw refused(file, "the result of " + id, "one of " + result.path("cell"));
        }
        CellOutcome outcome =
                new CellOutcome(
                        result,
                        JsonDocument.read(folder.resolve("cell.json")),
                        JsonDocument.readLines(folder.resolve(EVALUATIONS)));
        outcome.requireOfCell(file);
        outcome.requireSettingsOfCell(file);
        outcome.requireSoundLedger(file, JsonDocument.read(folder.resolve("ledger.json")));
        outcome.requireOfEvaluations(file);
        outcome.requireContinuations(file, folder.resolve("checkpoint/state.json"));
        return Optional.of(outcome);
    }

    /** The same without the lines of its evaluations, for who keeps the outcomes of many cells. */
    public CellOutcome withoutEpisodes() {
        return new CellOutcome(result, cell, List.of());
    }

    /** Mean score of the final evaluation; not a number where nothing was evaluated. */
    public double score() {
        return result.path("score").asDouble(Double.NaN);
    }

    /** Whether its policy was evaluated. */
    public boolean evaluated() {
        return !result.path("evaluation").asText().equals(NOT_EVALUATED);
    }

    /** A checkpoint is sealed, so what it says of the places of training cannot be edited away. */
    private void requireContinuations(Path file, Path state) {
        JsonNode places = JsonDocument.readAnyVersion(state).path("places");
        JsonNode mine = result.path(Continuations.FIELD);
        JsonNode its = places.path(Continuations.FIELD);
        if (!places.isMissingNode() && !mine.equals(its) && !(mine.isEmpty() && its.isEmpty())) {
            throw refused(file, "the continuations of its checkpoint, " + its, "" + mine);
        }
    }

    private void requireOfCell(Path file) {
        if (cell.isMissingNode()) {
            throw refused(file, "a cell.json beside it", "none");
        }
        if (!id(cell.path("id")).equals(id(result.path("cell")))) {
            throw refused(file, "the cell.json of " + result.path("cell"), "" + cell.path("id"));
        }
        for (List<String> pair : SHARED) {
            JsonNode mine = result.at(pair.get(0));
            JsonNode its = cell.at(pair.get(1));
            // Fields are younger than some kept cells; one that both have must be the same.
            if (!mine.isMissingNode() && !its.isMissingNode() && !JsonDocument.same(mine, its)) {
                throw refused(
                        file,
                        pair.get(0).substring(1) + " " + its + " of its cell.json",
                        "" + mine);
            }
        }
    }

    private void requireSettingsOfCell(Path file) {
        JsonNode its = cell.path("settings");
        for (var mine : result.path("settings").properties()) {
            JsonNode other = its.path(mine.getKey());
            if (!other.isMissingNode() && !JsonDocument.same(mine.getValue(), other)) {
                throw refused(
                        file,
                        "settings." + mine.getKey() + " " + other + " of its cell.json",
                        "" + mine.getValue());
            }
        }
    }

    private static String id(JsonNode node) {
        return Objects.requireNonNullElse(node.textValue(), "");
    }

    private void requireSoundLedger(Path file, JsonNode beside) {
        JsonNode ledger = result.path("ledger");
        JsonNode granted = ledger.path("granted");
        JsonNode spent = ledger.path("spent");
        if (!granted.isObject() || !spent.isObject()) {
            throw refused(file, "a ledger of what was granted and spent", "" + ledger);
        }
        for (Iterator<String> roles = spent.fieldNames(); roles.hasNext(); ) {
            String role = roles.next();
            JsonNode units = spent.path(role);
            long limit = granted.path(role).asLong(-1);
            if (!units.isIntegralNumber() || units.asLong() < 0 || units.asLong() > limit) {
                throw refused(file, role + " of 0 to " + granted.path(role) + " units", "" + units);
            }
        }
        if (!beside.isMissingNode() && !beside.equals(ledger)) {
            throw refused(file, "the ledger of its ledger.json", "another");
        }
    }

    private void requireOfEvaluations(Path file) {
        if (!evaluated()) {
            requireNoEvaluations(file);
            return;
        }
        JsonNode score = result.path("score");
        if (!score.isNumber() || !Double.isFinite(score.asDouble())) {
            throw refused(file, "a finite score", "" + score);
        }
        Map<String, List<Double>> scores = new LinkedHashMap<>();
        for (JsonNode line : evaluations) {
            requireScore(file, line);
            scores.computeIfAbsent(line.path("evaluation").asText(), key -> new ArrayList<>())
                    .add(line.path("score").asDouble());
        }
        List<Double> last = scores.remove(FINAL);
        JsonNode counted = result.path("final").path("episodes");
        int found = last == null ? 0 : last.size();
        if (found == 0 || !counted.isMissingNode() && counted.asInt(-1) != found) {
            throw refused(
                    file,
                    counted + " episodes of the final evaluation in " + EVALUATIONS,
                    "" + found);
        }
        requireEqual(file, "score", mean(last), score);
        List<Double> means = scores.values().stream().map(CellOutcome::mean).toList();
        if (!means.isEmpty()) {
            List<Double> tail = means.subList(Math.max(0, means.size() - TAIL), means.size());
            requireEqual(file, "tail.mean", mean(tail), result.path("tail").path("mean"));
            requireEqual(file, "best", Collections.max(means), result.path("best"));
        }
    }

    private void requireNoEvaluations(Path file) {
        int asked = cell.path("evaluation").path("finalEpisodes").asInt(-1);
        if (asked != 0 || !evaluations.isEmpty() || result.has("score")) {
            throw refused(
                    file,
                    "no score and no episodes where nothing was evaluated",
                    asked + " episodes asked for and " + evaluations.size() + " played");
        }
    }

    /** The same additions in the same order as when the result was written. */
    private static double mean(List<Double> numbers) {
        double sum = 0;
        for (double number : numbers) {
            sum += number;
        }
        return sum / numbers.size();
    }

    private static void requireEqual(Path file, String name, double expected, JsonNode found) {
        if (!found.isMissingNode() && found.asDouble(Double.NaN) != expected) {
            throw refused(file, name + " " + expected + " as of " + EVALUATIONS, "" + found);
        }
    }

    private static void requireScore(Path file, JsonNode line) {
        if (!line.path("score").isNumber()) {
            throw refused(file, "a number as score of each episode", "" + line.path("score"));
        }
    }

    private static UserError refused(Path file, String expected, String found) {
        return new UserError(
                "expected "
                        + expected
                        + " with "
                        + file
                        + ", found "
                        + found
                        + "; delete "
                        + file.getParent()
                        + " to run the cell again");
    }
}
