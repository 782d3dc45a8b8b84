package org.cfcql.outcome;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.cfcql.error.UserError;

/**
 * A cell as {@code plan.json} has it, and what {@code cell.json} must say of it. An id names the
 * algorithm, the swept keys and the seed only: two cells may share it and differ in all else.
 *
 * @param plan the cell's object in {@code plan.json}
 */
public record PlannedCell(JsonNode plan) {
    private static final String EPISODES = "/settings/data.episodes";

    /**
     * Checks that the files of a cell were written by a run of it.
     *
     * <p>Some kept cells are older than some of these names; what both have must be the same.
     *
     * @param described content of {@code cell.json}
     * @param folder the cell's folder
     * @throws UserError naming the first thing that differs
     */
    public void requireIn(JsonNode described, Path folder) {
        for (CellField field : CellField.ALL) {
            if (field.inCell()) {
                require(field.cell(), plan.at(field.plan()), described.at(field.cell()), folder);
            }
        }
        flat("", plan.path("settings"), new LinkedHashMap<>())
                .forEach(
                        (key, value) ->
                                require(
                                        "/settings/" + key,
                                        value,
                                        described.path("settings").path(key),
                                        folder));
        JsonNode episodes = plan.path("dataEpisodes");
        // 0 is how a plan says all of them.
        if (episodes.asInt() > 0 || described.at(EPISODES).isNumber()) {
            require(EPISODES, episodes, described.at(EPISODES), folder);
        }
    }

    private static void require(String name, JsonNode planned, JsonNode found, Path folder) {
        if (!planned.isMissingNode() && !found.isMissingNode() && !same(planned, found)) {
            throw new UserError(
                    "expected a cell of "
                            + name.substring(1).replace('/', '.')
                            + " "
                            + planned
                            + " as planned in "
                            + folder
                            + ", found "
                            + found
                            + " in its cell.json; delete "
                            + folder
                            + " to run the cell again");
        }
    }

    /** Plans write some words in capitals. */
    private static boolean same(JsonNode planned, JsonNode found) {
        boolean words = planned.isValueNode() && found.isValueNode();
        boolean numbers = planned.isNumber() && found.isNumber();
        return JsonDocument.same(planned, found)
                || words && !numbers && planned.asText().equalsIgnoreCase(found.asText());
    }

    private static Map<String, JsonNode> flat(
            String prefix, JsonNode settings, Map<String, JsonNode> into) {
        settings.properties()
                .forEach(
                        entry -> {
                            String key = prefix + entry.getKey();
                            if (entry.getValue().isObject()) {
                                flat(key + ".", entry.getValue(), into);
                            } else {
                                into.put(key, entry.getValue());
                            }
                        });
        return into;
    }
}
