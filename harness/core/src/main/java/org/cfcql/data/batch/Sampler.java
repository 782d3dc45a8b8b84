package org.cfcql.data.batch;

import org.cfcql.random.RandomStream;

/** Draws minibatches by the random numbers of one stream. */
public interface Sampler extends AutoCloseable {
    /** The next minibatch; its tensors belong to the caller's innermost scope. */
    Batch next();

    /** State of the random numbers, for a checkpoint. */
    RandomStream.State state();

    /** Continues from a stored state: the next batch is the one that would have followed. */
    void restore(RandomStream.State stored);

    /** Starts the sequence of minibatches anew (replay.rng = replayed). */
    void restart();

    @Override
    void close();
}
