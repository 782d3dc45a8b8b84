package org.cfcql.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Scores of a cell's evaluations so far, by the evaluation's number or {@code final}. */
final class EvaluationHistory {
    /** Name of the evaluation after the last round. */
    static final String FINAL = "final";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, List<Double>> scores = new LinkedHashMap<>();

    /** The evaluations of a file that was cut to whole lines. */
    static EvaluationHistory read(Path file) {
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

    void add(String evaluation, List<Double> episodes) {
        scores.put(evaluation, List.copyOf(episodes));
    }

    /** Scores of the final evaluation. */
    List<Double> last() {
        return scores.get(FINAL);
    }

    /** Mean score of each evaluation along the way, in order. */
    List<Double> means() {
        return scores.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(FINAL))
                .map(entry -> ScoreSample.of(entry.getValue()).mean())
                .toList();
    }
}
