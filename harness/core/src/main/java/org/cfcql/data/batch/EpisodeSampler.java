package org.cfcql.data.batch;

import java.util.Arrays;
import org.cfcql.data.Dataset;
import org.cfcql.data.DistinctIndices;
import org.cfcql.error.UserError;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.TensorFactory;

/**
 * Minibatches of whole episodes, uniform without replacement within a batch and independent between
 * batches (spec 1.1). The only state is the random stream's.
 */
public final class EpisodeSampler implements Sampler {
    private final StoredEpisodes source;
    private final int[] pool;
    private final RandomStream stream;
    private final RandomStream.State beginning;
    private final EpisodeAssembler assembler;
    private final DistinctIndices draws;
    private final int[] drawn;

    /**
     * A sampler.
     *
     * @param dataset discrete actions only
     * @param subset which episodes are drawn from
     * @param batchSize episodes per batch
     * @param stream random numbers; the sampler owns it
     * @param tensors device and precision of the batches
     * @throws UserError if the data set has continuous actions or fewer episodes than a batch
     */
    public EpisodeSampler(
            Dataset dataset,
            EpisodeSubset subset,
            int batchSize,
            RandomStream stream,
            TensorFactory tensors) {
        source = new StoredEpisodes(dataset);
        // An only step whose successor is unknown has nothing to learn from.
        pool =
                Arrays.stream(subset.of(dataset.episodes()))
                        .filter(episode -> source.length(episode) > 0)
                        .toArray();
        if (batchSize < 1 || pool.length < batchSize) {
            throw new UserError(
                    dataset.folder()
                            + ": expected at least as many episodes as a batch has ("
                            + batchSize
                            + "), found "
                            + pool.length
                            + "; collect more or set a smaller budget.batch");
        }
        this.stream = stream;
        beginning = stream.state();
        assembler = new EpisodeAssembler(tensors);
        draws = new DistinctIndices(pool.length, batchSize);
        drawn = new int[batchSize];
    }

    @Override
    public RandomStream.State state() {
        return stream.state();
    }

    @Override
    public void restore(RandomStream.State stored) {
        stream.restore(stored);
    }

    @Override
    public void restart() {
        stream.restore(beginning);
    }

    @Override
    public EpisodeBatch next() {
        int[] places = draws.next(stream);
        for (int item = 0; item < drawn.length; item++) {
            drawn[item] = pool[places[item]];
        }
        return assembler.assemble(source, drawn);
    }

    @Override
    public void close() {
        // Nothing native is held between batches.
    }
}
