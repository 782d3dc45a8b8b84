package org.cfcql.parts;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Asymmetric squared error |τ − 1(u &lt; 0)|·u²: its minimiser is the τ-expectile (implicit
 * Q-learning, equation 5; spec 3.7).
 *
 * @param expectile τ; 0.5 gives half the squared error
 */
public record ExpectileLoss(double expectile) {
    /** Loss of each difference {@code u}, of its shape. */
    public Tensor of(Tensor differences) {
        Tensor below = differences.lt(new Scalar(0.0));
        Tensor weight =
                differences
                        .detach()
                        .new_full(differences.shape(), new Scalar(expectile))
                        .masked_fill(below, new Scalar(1 - expectile));
        return differences.square().mul(weight);
    }
}
