package org.cfcql.baselines.icql;

import org.cfcql.baselines.independent.IndependentHyperparameters;
import org.cfcql.baselines.independent.IndependentLearner;
import org.cfcql.baselines.independent.IndependentPublished;
import org.cfcql.baselines.independent.IndependentRounds;
import org.cfcql.baselines.independent.Objective;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.parts.continuous.ContinuousTask;

/** The branch of continuous actions; equations, keys and deviations are on the package's page. */
final class ContinuousIcql {
    private ContinuousIcql() {}

    static ConfiguredAlgorithm configure(TaskShape task, Settings settings, Track track) {
        ContinuousTask sizes = ContinuousTask.of(Icql.ID, task);
        IndependentHyperparameters keys = new IndependentPublished(task).critics(settings);
        Objective objective = IndependentHyperparameters.objective(settings);
        return new ConfiguredAlgorithm(
                IndependentRounds.of(task.agents(), settings, track),
                context -> new IndependentLearner(Icql.ID, sizes, keys, objective, context));
    }
}
