package org.cfcql.data.batch;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.cfcql.data.DistinctIndices;
import org.cfcql.random.RandomStream;

/**
 * Which episodes of a data set are used: all, or some drawn without replacement before training
 * ({@code training_episodes}, spec 1.12).
 *
 * @param episodes number of episodes; 0 for all, and all are used where there are no more
 * @param seed seed of the draw
 */
public record EpisodeSubset(int episodes, long seed) {
    /** All episodes. */
    public static final EpisodeSubset ALL = new EpisodeSubset(0, 0);

    /** Whether a data set of this size is used as a whole. */
    public boolean isAll(int total) {
        return episodes == 0 || episodes >= total;
    }

    /** The episodes used of a data set of this size, ascending. */
    public int[] of(int total) {
        if (isAll(total)) {
            return IntStream.range(0, total).toArray();
        }
        int[] drawn = new DistinctIndices(total, episodes).next(new RandomStream(seed)).clone();
        Arrays.sort(drawn);
        return drawn;
    }
}
