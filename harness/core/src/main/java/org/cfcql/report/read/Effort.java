package org.cfcql.report.read;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What a cell took on its machine; not numbers where unknown.
 *
 * @param trainingSeconds wall-clock of the updates
 * @param evaluationSeconds wall-clock of the evaluations
 * @param residentMebibytes memory of the process that trained it, the largest that was written down
 */
public record Effort(double trainingSeconds, double evaluationSeconds, double residentMebibytes) {
    /** From the lines of {@code timing.jsonl}: times add up over restarts, so the last has all. */
    static Effort of(List<JsonNode> timing) {
        if (timing.isEmpty()) {
            return new Effort(Double.NaN, Double.NaN, Double.NaN);
        }
        JsonNode last = timing.get(timing.size() - 1);
        return new Effort(
                last.path("trainMs").asDouble(Double.NaN) / 1000,
                last.path("evaluationMs").asDouble(Double.NaN) / 1000,
                timing.stream()
                        .filter(line -> line.has("rssMiB"))
                        .mapToDouble(line -> line.path("rssMiB").asDouble())
                        .max()
                        .orElse(Double.NaN));
    }
}
