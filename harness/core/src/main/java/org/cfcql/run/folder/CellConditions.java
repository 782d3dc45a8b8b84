package org.cfcql.run.folder;

import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.learn.Settings;
import org.cfcql.run.experiment.Words;
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
        conditions.put("track", Words.of(cell.track()));
        conditions.put("scale", String.valueOf(cell.length().scale().share()));
        conditions.put("kernels", Words.of(cell.compute().kernels()));
        conditions.put("environment.id", cell.environment().id());
        conditions.put(
                "environment.options", String.valueOf(new TreeMap<>(cell.environment().options())));
        conditions.put("budget.rounds", String.valueOf(cell.length().rounds()));
        conditions.put("budget.batch", String.valueOf(cell.length().batch()));
        conditions.put("budget.criticPerActor", String.valueOf(cell.length().criticPerActor()));
        conditions.put("evaluation.every", String.valueOf(cell.evaluation().every()));
        conditions.put("evaluation.episodes", String.valueOf(cell.evaluation().episodes()));
        conditions.put(
                "evaluation.finalEpisodes", String.valueOf(cell.evaluation().finalEpisodes()));
        conditions.put("device", cell.compute().deviceName());
        conditions.put("precision", Words.of(cell.compute().precision()));
        return conditions;
    }
}
