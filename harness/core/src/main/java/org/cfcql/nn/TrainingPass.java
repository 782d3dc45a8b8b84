package org.cfcql.nn;

import org.bytedeco.pytorch.Tensor;

/**
 * Values of a training pass of a network and their way back to its parameters. Belongs to the scope
 * it was made in.
 *
 * @param values a loss is differentiated to them by LibTorch
 * @param backward to be run once, after the loss's backward pass; completes the gradients of the
 *     network's leaves
 */
public record TrainingPass(Tensor values, Runnable backward) {
    /** A pass whose values carry their history: LibTorch does all. */
    public static TrainingPass byLibTorch(Tensor values) {
        return new TrainingPass(values, () -> {});
    }

    /** Adds what the values' gradient means for the parameters. */
    public void propagate() {
        backward.run();
    }
}
