package org.cfcql.outcome;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * Something that decides a cell's numbers, and the names under which the files of the cell say it.
 *
 * @param plan where the cell's object in {@code plan.json} has it
 * @param cell where {@code cell.json} has it; empty where it does not
 * @param condition name among the conditions of a checkpoint; empty where the cell's id or its
 *     settings say it there
 */
public record CellField(String plan, String cell, String condition) {
    private static final String NOWHERE = "";

    /** All of them beside the algorithm's settings. */
    public static final List<CellField> ALL =
            List.of(
                    new CellField("/id", "/id", NOWHERE),
                    new CellField("/algorithm", "/algorithm", NOWHERE),
                    new CellField("/variant", "/variant", NOWHERE),
                    new CellField("/environment/id", "/environment/id", "environment.id"),
                    new CellField(
                            "/environment/options", "/environment/options", "environment.options"),
                    new CellField("/datasetName", "/dataset/name", NOWHERE),
                    new CellField("/seed", "/seed", "seed"),
                    new CellField("/track", "/track", "track"),
                    new CellField("/scale", "/scale", "scale"),
                    new CellField("/kernels", "/kernels", "kernels"),
                    new CellField("/rounds", "/budget/rounds", "budget.rounds"),
                    new CellField("/batch", "/budget/batch", "budget.batch"),
                    new CellField("/criticPerActor", NOWHERE, "budget.criticPerActor"),
                    new CellField("/evaluation/every", "/evaluation/every", "evaluation.every"),
                    new CellField(
                            "/evaluation/episodes", "/evaluation/episodes", "evaluation.episodes"),
                    new CellField(
                            "/evaluation/finalEpisodes",
                            "/evaluation/finalEpisodes",
                            "evaluation.finalEpisodes"),
                    new CellField("/evaluation/startStates", "/evaluation/startStates", NOWHERE),
                    new CellField("/replay", "/settings/replay.rng", NOWHERE),
                    new CellField("/device", "/provenance/device", "device"),
                    new CellField("/precision", "/provenance/precision", "precision"));

    /** Names of the constants that plans write in capitals. */
    private static final List<String> IN_CAPITALS = List.of("/track", "/precision");

    /** Whether {@code cell.json} says it. */
    public boolean inCell() {
        return !cell.equals(NOWHERE);
    }

    /** Whether it is a condition of checkpoints by itself. */
    public boolean isCondition() {
        return !condition.equals(NOWHERE);
    }

    /**
     * Its value as conditions of checkpoints have it.
     *
     * @param planned the cell's object in {@code plan.json}
     */
    public String text(JsonNode planned) {
        JsonNode value = planned.at(plan);
        if (value.isObject()) {
            TreeMap<String, String> texts = new TreeMap<>();
            value.properties()
                    .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
            return texts.toString();
        }
        String text = value.asText();
        return IN_CAPITALS.contains(plan) ? text.toLowerCase(Locale.ROOT) : text;
    }
}
