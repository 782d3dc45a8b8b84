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
                .map(entry -> Sample.of(entry.getValue()).mean())
                .toList();
    }

    /**
     * Statistics of a few numbers.
     *
     * @param count how many
     * @param mean their mean
     * @param std sample deviation; 0 for a single one
     * @param min smallest
     * @param max largest
     */
    record Sample(int count, double mean, double std, double min, double max) {
        static Sample of(List<Double> values) {
            double sum = 0;
            double min = Double.POSITIVE_INFINITY;
            double max = Double.NEGATIVE_INFINITY;
            for (double value : values) {
                sum += value;
                min = Math.min(min, value);
                max = Math.max(max, value);
            }
            double mean = sum / values.size();
            double squares = 0;
            for (double value : values) {
                squares += (value - mean) * (value - mean);
            }
            double std = values.size() > 1 ? Math.sqrt(squares / (values.size() - 1)) : 0;
            return new Sample(values.size(), mean, std, min, max);
        }
    }
}
