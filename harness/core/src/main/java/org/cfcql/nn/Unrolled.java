package org.cfcql.nn;

import org.bytedeco.pytorch.Tensor;

/**
 * Values of a training pass over whole episodes and their way back to the parameters. Belongs to
 * the scope it was made in.
 *
 * @param values {@code [row, agent, action]}, not masked; a loss is differentiated to them by
 *     LibTorch
 * @param backward to be run once, after the loss's backward pass; completes the gradients of the
 *     network's leaves
 */
public record Unrolled(Tensor values, Runnable backward) {
    /** Adds what the values' gradient means for the parameters. */
    public void propagate() {
        backward.run();
    }
}
