package org.cfcql.learn;

import org.bytedeco.pytorch.Tensor;

/**
 * Where a learner's random draws come from: its own stream in training, a file in verification.
 *
 * <p>Names and shapes are those of the golden files (docs/golden-files.md, Draws). The tensors have
 * the learner's device and precision and belong to the caller's scope.
 */
public interface Noise {
    /** Standard normal numbers. */
    Tensor normal(String name, long... shape);

    /** Uniform numbers of [-1, 1). */
    Tensor uniform(String name, long... shape);

    /** Uniform whole numbers from 0 to {@code bound} − 1, as 64-bit integers. */
    Tensor integers(String name, int bound, long... shape);
}
