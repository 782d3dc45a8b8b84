package org.cfcql.data.batch;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import org.cfcql.data.TaskCard;

/**
 * Whole episodes with discrete actions, by number: a data set on disk or a replay in memory.
 *
 * <p>An episode of L steps has L + 1 rows (docs/datasets.md). The copying methods write all of them
 * to a buffer, beginning at an index of it, and allocate nothing.
 */
public interface EpisodeSource {
    /** The environment the episodes were played in. */
    TaskCard task();

    /** Steps L of an episode. */
    int length(int episode);

    /** Whether the paper's learners must not bootstrap from the state after the last step. */
    boolean endsForGood(int episode);

    /** Copies {@code [L + 1, agent, observation]}. */
    void copyObservations(int episode, FloatBuffer target, int at);

    /** Copies {@code [L + 1, state]}; not called where the state is the observations. */
    void copyState(int episode, FloatBuffer target, int at);

    /** Copies {@code [L + 1, agent]}. */
    void copyActions(int episode, LongBuffer target, int at);

    /** Copies {@code [L + 1, agent, action]}, 1 where available; not called without masks. */
    void copyAvailableActions(int episode, ByteBuffer target, int at);

    /** Copies {@code [L + 1]}, rewards of the team. */
    void copyRewards(int episode, FloatBuffer target, int at);
}
