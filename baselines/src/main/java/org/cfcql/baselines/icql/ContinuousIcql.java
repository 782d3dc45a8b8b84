package org.cfcql.baselines.icql;

import org.cfcql.baselines.independent.IndependentHyperparameters;
import org.cfcql.baselines.independent.IndependentLearner;
import org.cfcql.baselines.independent.IndependentPublished;
import org.cfcql.baselines.independent.IndependentRounds;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.parts.continuous.ContinuousTask;
import org.cfcql.parts.continuous.CriticPerActor;

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

    static Learner create(TaskShape task, Settings settings, LearnerContext context) {
        CriticPerActor.acknowledge(settings);
        return new IndependentLearner(
                Icql.ID,
                ContinuousTask.of(Icql.ID, task),
                new IndependentPublished(task).critics(settings),
                IndependentHyperparameters.objective(settings),
                context);
    }

    static Schedule schedule(TaskShape task, Settings settings, Track track) {
        return IndependentRounds.of(task.agents(), settings, track);
    }
}
