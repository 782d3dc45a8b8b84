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

/**
 * ICQL for continuous actions (spec 3.6): OMAR's published code without its search. Every agent has
 * a twin critic on its own observation, action and reward with CQL's penalty over sampled actions,
 * and improves its policy by minimising −mean Q_1(o, π(o)) + 1e-3·mean π(o)². Everything is in
 * {@link IndependentLearner}, keys are those of {@link IndependentHyperparameters}.
 *
 * <p>Published and kept: on HalfCheetah the penalty subtracts the density of sampled actions
 * instead of its logarithm ({@code lse.density}, D-60). Deviations: on the equal track all agents
 * learn from each batch, five critic updates per policy update; the published round gives each
 * agent a batch of its own and one update of both.
 */
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
