package org.cfcql.run.dataset;

import org.cfcql.data.batch.EpisodeSubset;
import org.cfcql.data.batch.Sampler;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.TensorFactory;

/** Finds data sets by the path an experiment writes; the store in production, a fake in tests. */
public interface DatasetDirectory {
    /**
     * Reads a data set's card.
     *
     * @throws org.cfcql.error.UserError if there is no readable data set
     */
    DatasetFacts facts(String path);

    /**
     * Opens a data set for sampling.
     *
     * @param subset the episodes drawn from; all of data with continuous actions
     * @param batch transitions, or episodes, in a minibatch
     * @param stream random numbers of the sampler
     * @param tensors device and precision of the batches
     * @throws org.cfcql.error.UserError if there is no readable data set or it is too small
     */
    Sampler open(
            String path,
            EpisodeSubset subset,
            int batch,
            RandomStream stream,
            TensorFactory tensors);

    /**
     * Checks that a data set still has the content it was opened with.
     *
     * @throws org.cfcql.error.UserError if it was changed since
     */
    default void requireUnchanged(String path) {}
}
