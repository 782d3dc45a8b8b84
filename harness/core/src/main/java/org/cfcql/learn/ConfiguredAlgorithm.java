package org.cfcql.learn;

import java.util.List;
import java.util.function.Function;

/**
 * An algorithm with the keys of one experiment read, for one task and track: what the harness asks
 * before it builds anything, and how it builds the learner.
 *
 * @param schedule the updates of one round
 * @param pretraining auxiliary training that must be over before round 0, in order
 * @param readsNextActions whether updates read the actions stored at the next buffer index, so that
 *     data whose next row is another step are of no use
 * @param learner builds a learner at its beginning
 */
public record ConfiguredAlgorithm(
        Schedule schedule,
        List<PretrainingPlan> pretraining,
        boolean readsNextActions,
        Function<LearnerContext, Learner> learner) {
    /** Copies the plans. */
    public ConfiguredAlgorithm {
        pretraining = List.copyOf(pretraining);
    }

    /** Without auxiliary training, from data in any order. */
    public ConfiguredAlgorithm(Schedule schedule, Function<LearnerContext, Learner> learner) {
        this(schedule, List.of(), false, learner);
    }

    /** The same with auxiliary training before round 0. */
    public ConfiguredAlgorithm pretrainedBy(List<PretrainingPlan> plans) {
        return new ConfiguredAlgorithm(schedule, plans, readsNextActions, learner);
    }

    /** The same for updates that read the next actions, if they do. */
    public ConfiguredAlgorithm readingNextActions(boolean reads) {
        return new ConfiguredAlgorithm(schedule, pretraining, reads, learner);
    }

    /** A learner at its beginning; it gets everything that costs budget from the context. */
    public Learner create(LearnerContext context) {
        return learner.apply(context);
    }
}
