package org.cfcql.nn;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;

/**
 * Exponential moving average of a network's trained parameters: target ← (1−rate)·target +
 * rate·online. Buffers are left alone (spec 2.1).
 *
 * @param rate τ of the literature
 */
public record SoftUpdate(double rate) {
    /** Moves one network towards another with the same names and shapes. */
    public void apply(Parameters target, Parameters online) {
        try (PointerScope scope = new PointerScope()) {
            Scalar keep = new Scalar(1 - rate);
            Scalar take = new Scalar(rate);
            for (String name : online.trainedNames()) {
                target.data(name).mul_(keep).add_(online.data(name), take);
            }
        }
    }
}
