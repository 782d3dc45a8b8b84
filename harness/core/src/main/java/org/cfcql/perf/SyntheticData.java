package org.cfcql.perf;

import java.util.function.Supplier;
import org.cfcql.data.batch.Batch;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.TensorFactory;

/**
 * Minibatches of random numbers. Drawn like a sampler draws, from host memory and afresh each time,
 * so that the cost of moving a batch into tensors is part of a measurement.
 */
final class SyntheticData {
    private SyntheticData() {}

    /** A source whose batches belong to the caller's scope. */
    static Supplier<? extends Batch> of(
            TaskSizes task, TensorFactory tensors, RandomStream stream) {
        return task instanceof DiscreteSizes battle
                ? new SyntheticEpisodes(battle, tensors, stream)
                : new SyntheticBatches((ContinuousSizes) task, tensors, stream);
    }
}
