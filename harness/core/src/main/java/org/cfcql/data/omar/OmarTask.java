package org.cfcql.data.omar;

import java.util.List;
import java.util.Optional;

/**
 * What the names of OMAR's folders mean here (spec 5.2).
 *
 * @param folder name in that layout, for example {@code simple_tag}
 * @param environment our environment id
 * @param agents names of the learned agents; files of further agents (the prey) are left out
 * @param episodeLimit steps of an episode
 */
record OmarTask(String folder, String environment, List<String> agents, int episodeLimit) {
    private static final List<String> PREDATORS =
            List.of("adversary_0", "adversary_1", "adversary_2");

    private static final List<OmarTask> KNOWN =
            List.of(
                    new OmarTask(
                            "simple_spread",
                            "mpe/simple_spread",
                            List.of("agent_0", "agent_1", "agent_2"),
                            25),
                    new OmarTask("simple_tag", "mpe/simple_tag", PREDATORS, 25),
                    new OmarTask("simple_world", "mpe/simple_world", PREDATORS, 25),
                    new OmarTask(
                            "HalfCheetah-v2",
                            "mamujoco/halfcheetah-2x3",
                            List.of("agent_0", "agent_1"),
                            1000));

    /** The task of a folder's name or of one of our ids. */
    static Optional<OmarTask> of(String name) {
        return KNOWN.stream()
                .filter(task -> task.folder().equals(name) || task.environment().equals(name))
                .findFirst();
    }

    /** Names that {@link #of} knows, for messages. */
    static List<String> names() {
        return KNOWN.stream().map(OmarTask::folder).toList();
    }
}
