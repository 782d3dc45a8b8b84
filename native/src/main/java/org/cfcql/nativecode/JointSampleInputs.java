package org.cfcql.nativecode;

import org.bytedeco.pytorch.Tensor;

/**
 * What the loss of the discrete MACQL is computed from, per step (spec 1.4 and 1.11).
 *
 * @param steps values, data, mixer and target; a behaviour model is not read
 * @param place where a step's draws stand {@code [step]}, 64-bit integers below P
 * @param draws {@code [sample, P, agent]}: actions as 64-bit integers, or numbers in [-1, 1) that
 *     choose among the available ones
 */
public record JointSampleInputs(CounterfactualInputs steps, Tensor place, Tensor draws) {
    /** N. */
    public int samples() {
        return (int) draws.size(0);
    }

    /** P. */
    public int places() {
        return (int) draws.size(1);
    }
}
