package org.cfcql.data.hdf5;

import org.cfcql.data.TaskCard;

/**
 * Sizes of padded episodes in the paper's HDF5 layout.
 *
 * @param episodes number of episodes
 * @param slots time slots T + 1 of every episode: the episode limit and one
 * @param agents number of agents
 * @param observationSize width of one agent's observation
 * @param stateSize width of the state
 * @param actions actions one agent chooses from
 */
record EpisodeShape(
        int episodes, int slots, int agents, int observationSize, int stateSize, int actions) {
    /** Steps after which an episode is cut. */
    int episodeLimit() {
        return slots - 1;
    }

    /** The sizes that episodes of a task have when they are padded to its limit. */
    static EpisodeShape of(TaskCard task, int episodes) {
        return new EpisodeShape(
                episodes,
                task.episodeLimit() + 1,
                task.agents().size(),
                task.observationSize(),
                task.stateSize(),
                task.actionSpace().size());
    }
}
