package org.cfcql.learn;

import java.util.List;

/** An algorithm of the benchmark, found through {@link java.util.ServiceLoader}. */
public interface Algorithm {
    /** Stable id, for example {@code cfcql} or {@code td3-bc}. */
    String id();

    /** One line for tables and listings. */
    String title();

    /** What it can do and needs. */
    Capabilities capabilities();

    /**
     * Builds a learner.
     *
     * @param settings the algorithm's keys of the experiment; every key must be read
     * @throws org.cfcql.error.UserError for an unknown key or a value out of range
     */
    Learner create(TaskShape task, Settings settings, LearnerContext context);

    /**
     * The updates of one round on a track.
     *
     * @param settings as for {@link #create}
     */
    Schedule schedule(TaskShape task, Settings settings, Track track);

    /**
     * Auxiliary training that must be over before round 0, in order; none by default.
     *
     * @param settings as for {@link #create}
     */
    default List<PretrainingPlan> pretraining(TaskShape task, Settings settings, Track track) {
        return List.of();
    }

    /**
     * Whether its updates read the actions stored at the next buffer index, so that data whose next
     * row is another step are of no use to it.
     *
     * @param settings as for {@link #create}
     */
    default boolean readsNextActions(TaskShape task, Settings settings) {
        return false;
    }

    /**
     * Whether this is a model that is only ever trained beside an algorithm. It can be verified by
     * its id, but experiments cannot name it.
     */
    default boolean auxiliary() {
        return false;
    }
}
