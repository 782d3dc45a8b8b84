package org.cfcql.perf;

import java.util.List;
import org.cfcql.env.ActionSpace;
import org.cfcql.learn.TaskShape;
import org.hipparchus.distribution.continuous.NormalDistribution;

/**
 * Sizes of a battle as published (spec 1.2, 1.9). Episode lengths are normal around the mean of the
 * medium data, deviation a quarter of it, clipped to the limit.
 *
 * @param name battle as it stands in a case's name
 * @param agents number of agents n
 * @param observationSize width of an observation O
 * @param actions number of actions A
 * @param stateSize width of the state S
 * @param episodeLimit steps of the longest episode T
 * @param meanLength mean number of steps of the medium data
 * @param batch episodes in a batch B
 */
public record DiscreteSizes(
        String name,
        int agents,
        int observationSize,
        int actions,
        int stateSize,
        int episodeLimit,
        double meanLength,
        int batch)
        implements TaskSizes {
    /** Episodes in a batch, as published. */
    private static final int BATCH = 128;

    /** Widths of the recurrent network, of the mixer, and of its hypernetworks. */
    public static final int HIDDEN = 64;

    public static final int EMBEDDING = 32;
    public static final int HYPERNET = 64;

    /** Width of the critics' hidden layers. */
    public static final int CRITIC = 256;

    /** The four battles of the paper. */
    public static List<DiscreteSizes> all() {
        return List.of(
                new DiscreteSizes("2s3z", 5, 80, 11, 120, 120, 50.8, BATCH),
                new DiscreteSizes("3s_vs_5z", 3, 48, 11, 68, 250, 234.9, BATCH),
                new DiscreteSizes("5m_vs_6m", 5, 55, 12, 98, 70, 27.1, BATCH),
                new DiscreteSizes("6h_vs_8z", 6, 78, 14, 140, 150, 41.4, BATCH));
    }

    @Override
    public TaskShape shape() {
        return new TaskShape(
                "smac/" + name,
                "medium",
                agents,
                observationSize,
                stateSize,
                new ActionSpace.Discrete(actions),
                episodeLimit);
    }

    /** Steps of an episode from a normal draw. */
    int length(double normal) {
        double steps = Math.rint(meanLength * (1 + normal / 4));
        return (int) Math.max(1, Math.min(episodeLimit, steps));
    }

    /** Lengths of a typical batch: quantiles of their distribution, falling. */
    int[] typicalLengths() {
        NormalDistribution normal = new NormalDistribution();
        int[] lengths = new int[batch];
        for (int index = 0; index < batch; index++) {
            lengths[index] = length(normal.inverseCumulativeProbability(1 - (index + 0.5) / batch));
        }
        return lengths;
    }
}
