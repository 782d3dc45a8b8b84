package org.cfcql.run.plan;

import java.util.List;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.PretrainingPlan;
import org.cfcql.run.dataset.DatasetFacts;

/** The auxiliary trainings of a cell with their lengths in numbers. */
public final class Pretraining {
    private Pretraining() {}

    /**
     * What an algorithm wants trained before round 0, in order, at the cell's scale.
     *
     * @param facts the cell's data, from which a number of slots becomes a number of updates
     */
    public static List<PretrainingPlan> of(
            ConfiguredAlgorithm algorithm, Cell cell, DatasetFacts facts) {
        return algorithm.pretraining().stream().map(plan -> resolved(plan, cell, facts)).toList();
    }

    private static PretrainingPlan resolved(PretrainingPlan plan, Cell cell, DatasetFacts facts) {
        int batch = plan.batchSize() == 0 ? cell.length().batch() : plan.batchSize();
        long updates =
                plan.updates() > 0
                        ? plan.updates()
                        : CellLength.gradientSteps(plan.slots(), batch, facts);
        return plan.resolved(cell.length().scale().of(updates), batch);
    }
}
