package org.cfcql.env;

/**
 * E environments of one kind stepped together.
 *
 * <p>Nothing resets by itself: the caller resets finished environments with a mask. A row's numbers
 * depend neither on E nor on the other rows.
 *
 * <p>Methods throw {@link EpisodesVoid} when the process behind it was lost and restarted: all
 * running episodes are gone and are to be repeated with the same seeds; {@code
 * org.cfcql.error.EnvironmentFault} when it was given up.
 */
public interface VectorEnvironment extends AutoCloseable {
    /** What the environment is. */
    EnvironmentSpec spec();

    /** Number of environments E. */
    int environments();

    /**
     * Starts new episodes.
     *
     * @param mask {@code [E]}, true where a new episode starts
     * @param seeds {@code [E]}, read where the mask is true
     * @return what agents see; rows outside the mask are stale
     */
    Observations reset(boolean[] mask, long[] seeds);

    /**
     * One step of the active environments.
     *
     * @param active {@code [E]}, false where the row's actions are to be ignored
     */
    StepResult step(Actions actions, boolean[] active);

    /** How often the process behind it was replaced since it was opened. */
    default int restarts() {
        return 0;
    }

    @Override
    void close();
}
