package org.cfcql.run.folder;

import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.learn.Settings;
import org.cfcql.run.plan.Cell;

/**
 * Everything that decides a cell's numbers beside its data and its environment, by dotted name, for
 * checkpoints. An id names the algorithm, the swept keys and the seed only; two cells may share it
 * and differ here.
 */
public final class CellConditions {
    private CellConditions() {}

    /**
     * Of a cell that runs: the settings in force, defaults included, so that a checkpoint is not
     * continued under other defaults either.
     */
    public static SortedMap<String, String> of(Cell cell, Settings settings) {
        SortedMap<String, String> conditions = new TreeMap<>();
        CellResult.settingsInForce(cell, settings)
                .forEach((key, value) -> conditions.put("settings." + key, String.valueOf(value)));
        conditions.put("seed", String.valueOf(cell.seed()));
        conditions.put("track", cell.track().name().toLowerCase(Locale.ROOT));
        conditions.put("scale", String.valueOf(cell.scale().share()));
        conditions.put("kernels", cell.kernels());
        conditions.put("environment.id", cell.environment().id());
        conditions.put(
                "environment.options", String.valueOf(new TreeMap<>(cell.environment().options())));
        conditions.put("budget.rounds", String.valueOf(cell.rounds()));
        conditions.put("budget.batch", String.valueOf(cell.batch()));
        conditions.put("budget.criticPerActor", String.valueOf(cell.criticPerActor()));
        conditions.put("evaluation.every", String.valueOf(cell.evaluation().every()));
        conditions.put("evaluation.episodes", String.valueOf(cell.evaluation().episodes()));
        conditions.put(
                "evaluation.finalEpisodes", String.valueOf(cell.evaluation().finalEpisodes()));
        conditions.put("device", cell.device());
        conditions.put("precision", cell.precision().name().toLowerCase(Locale.ROOT));
        return conditions;
    }
}
