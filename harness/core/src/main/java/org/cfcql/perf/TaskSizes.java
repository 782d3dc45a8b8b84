package org.cfcql.perf;

import java.util.function.Supplier;
import org.cfcql.data.batch.Batch;
import org.cfcql.learn.TaskShape;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.TensorFactory;

/** The sizes of a measurement, and random minibatches of these sizes. */
public sealed interface TaskSizes permits ContinuousSizes, DiscreteSizes {
    /** Task as it stands in a case's name. */
    String name();

    /** What a learner is built for. */
    TaskShape shape();

    /**
     * Minibatches of random numbers. Drawn like a sampler draws, from host memory and afresh each
     * time, so that the cost of moving a batch into tensors is part of a measurement.
     *
     * @return a source whose batches belong to the caller's scope
     */
    Supplier<? extends Batch> batches(TensorFactory tensors, RandomStream stream);
}
