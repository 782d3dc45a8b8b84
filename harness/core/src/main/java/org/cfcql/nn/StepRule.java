package org.cfcql.nn;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * How parameters move along their gradients, with everything that must be stored to go on from a
 * checkpoint: named moment tensors, steps taken, learning rate.
 */
public sealed interface StepRule extends AutoCloseable permits Adam, RmsProp {
    /** One step from the gradients stored in the leaves, then forgets them. */
    void step();

    /** Changes the learning rate of the following steps. */
    void learningRate(double value);

    /** The learning rate in force. */
    double learningRate();

    /** The moments by name, in the order of the leaves. Copying into them restores a checkpoint. */
    Map<String, Tensor> moments();

    /** Steps taken by each leaf. */
    long[] steps();

    /** Restores the steps taken by each leaf. */
    void restoreSteps(long... stored);

    @Override
    void close();

    /** Refuses counts for another number of leaves. */
    static void requireSameLength(long[] steps, long... stored) {
        if (stored.length != steps.length) {
            throw new IllegalArgumentException(
                    "expected " + steps.length + " step counts, found " + stored.length);
        }
    }
}
