package org.cfcql.run.folder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cfcql.error.UserError;
import org.cfcql.run.storage.Storage;

/** Scores of a cell's evaluations so far, by the evaluation's number or {@code final}. */
public final class EvaluationHistory {
    /** Name of the evaluation after the last round. */
    static final String FINAL = "final";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, List<Double>> scores = new LinkedHashMap<>();

    /** The evaluations of a file that was cut to whole lines. */
    public static EvaluationHistory read(Path file) {
        EvaluationHistory history = new EvaluationHistory();
        try {
            for (String line : Files.readAllLines(file)) {
                JsonNode node = JSON.readTree(line);
                history.scores
                        .computeIfAbsent(node.path("evaluation").asText(), key -> new ArrayList<>())
                        .add(node.path("score").asDouble());
            }
        } catch (IOException failure) {
            throw Storage.writeFault(file, failure);
        }
        return history;
    }

    /**
     * Checks that as many evaluations along the way are there as a checkpoint counts.
     *
     * @throws UserError with both numbers
     */
    public void requireCount(int counted, CellFolder folder) {
        int found = means().size();
        if (found != counted) {
            throw new UserError(
                    "expected "
                            + counted
                            + " evaluations in "
                            + folder.evaluations()
                            + " as the checkpoint counts them, found "
                            + found
                            + "; the cell is damaged, delete "
                            + folder.path()
                            + " to start it anew");
        }
    }

    /** Adds the scores of an evaluation, by its number or {@link #FINAL}. */
    public void add(String evaluation, List<Double> episodes) {
        scores.put(evaluation, List.copyOf(episodes));
    }

    /** Scores of the final evaluation. */
    public List<Double> last() {
        return scores.get(FINAL);
    }

    /** Mean score of each evaluation along the way, in order. */
    public List<Double> means() {
        return scores.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(FINAL))
                .map(entry -> ScoreSample.of(entry.getValue()).mean())
                .toList();
    }
}
