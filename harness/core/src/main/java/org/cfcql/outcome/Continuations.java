package org.cfcql.outcome;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.cfcql.error.ForeignText;

/** The moves of a training from one place to another, as sentences. */
public final class Continuations {
    /** Where a result has them. */
    public static final String FIELD = "continuations";

    private static final String ABSENT = "(absent)";

    private Continuations() {}

    /**
     * One sentence per move, such as {@code from round 250 on cpu A -> B}; none where all of a cell
     * was trained in one place.
     *
     * @param result content of {@code result.json}
     */
    public static List<String> of(JsonNode result) {
        List<String> sentences = new ArrayList<>();
        for (JsonNode move : result.path(FIELD)) {
            List<String> changes = new ArrayList<>();
            for (JsonNode change : move.path("differences")) {
                changes.add(
                        change.path("field").asText()
                                + " "
                                + value(change.path("before"))
                                + " -> "
                                + value(change.path("after")));
            }
            sentences.add(ForeignText.oneLine(where(move) + " " + String.join(", ", changes)));
        }
        return sentences;
    }

    private static String where(JsonNode move) {
        String model = move.path("model").asText();
        long pretrained = move.path("pretrained").asLong();
        if (!model.isEmpty()) {
            return pretrained == 0
                    ? model + " from elsewhere"
                    : model + " from update " + pretrained + " on";
        }
        return pretrained > 0
                ? "from update " + pretrained + " of an auxiliary model on"
                : "from round " + move.path("round").asLong() + " on";
    }

    private static String value(JsonNode value) {
        return value.asText().isEmpty() ? ABSENT : value.asText();
    }
}
