package org.cfcql.parts;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Weights min(exp(β·A), cap) of advantage-weighted regression (spec 3.7, 3.8).
 *
 * @param inverseTemperature β
 * @param cap largest weight
 */
public record AdvantageWeights(double inverseTemperature, double cap) {
    /** Weights of the advantages' shape, without gradients. */
    public Tensor of(Tensor advantages) {
        return advantages
                .detach()
                .mul(new Scalar(inverseTemperature))
                .exp()
                .clamp_max(new Scalar(cap));
    }
}
