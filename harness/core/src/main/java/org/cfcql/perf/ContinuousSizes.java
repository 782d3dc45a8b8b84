package org.cfcql.perf;

import java.util.List;
import org.cfcql.env.ActionSpace;
import org.cfcql.learn.TaskShape;

/**
 * Sizes of a continuous task as published (spec 2.1, 2.6).
 *
 * @param name task as it stands in a case's name
 * @param environment environment id
 * @param agents number of learned agents n
 * @param observationSize width of an observation O
 * @param actionSize dimensions of an agent's action d
 * @param stateSize width of the state S
 * @param hidden width h of the hidden layers
 * @param batch transitions in a batch B
 * @param penaltyGroups groups of samples in the penalty: 1 on MPE, 3 on HalfCheetah
 */
public record ContinuousSizes(
        String name,
        String environment,
        int agents,
        int observationSize,
        int actionSize,
        int stateSize,
        int hidden,
        int batch,
        int penaltyGroups)
        implements TaskSizes {
    /** The four tasks of the paper. */
    public static List<ContinuousSizes> all() {
        return List.of(
                new ContinuousSizes(
                        "simple_spread", "mpe/simple_spread", 3, 18, 2, 54, 64, 1024, 1),
                new ContinuousSizes("simple_tag", "mpe/simple_tag", 3, 16, 2, 48, 64, 1024, 1),
                new ContinuousSizes("simple_world", "mpe/simple_world", 3, 24, 2, 72, 64, 1024, 1),
                new ContinuousSizes(
                        "halfcheetah-2x3", "mamujoco/halfcheetah-2x3", 2, 6, 3, 17, 256, 256, 3));
    }

    @Override
    public TaskShape shape() {
        return new TaskShape(
                environment,
                "random",
                agents,
                observationSize,
                stateSize,
                new ActionSpace.Box(actionSize, -1, 1),
                environment.startsWith("mpe/") ? 25 : 1000);
    }
}
