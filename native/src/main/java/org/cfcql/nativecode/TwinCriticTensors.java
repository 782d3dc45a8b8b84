package org.cfcql.nativecode;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Parameters of the central twin critic (spec 2.1), or tensors of the same sizes that gradients are
 * added to. {@code D} is the width of the joint input {@code [state, actions]}. A kernel reads
 * elements in row-major order, so axes of length 1 may be added ({@code [2, 1, h]}).
 *
 * @param normScale scale of the shared input normalisation, {@code [D]}
 * @param normShift its shift, {@code [D]}
 * @param weight1 first layer of both heads, {@code [2, h, D]}
 * @param bias1 {@code [2, h]}
 * @param weight2 second layer, {@code [2, h, h]}
 * @param bias2 {@code [2, h]}
 * @param weight3 last layer, {@code [2, h]}
 * @param bias3 {@code [2]}
 */
public record TwinCriticTensors(
        Tensor normScale,
        Tensor normShift,
        Tensor weight1,
        Tensor bias1,
        Tensor weight2,
        Tensor bias2,
        Tensor weight3,
        Tensor bias3) {
    /** All eight, in the order of the record. */
    public List<Tensor> all() {
        return List.of(normScale, normShift, weight1, bias1, weight2, bias2, weight3, bias3);
    }

    /** Adds all eight to a call; {@code joint} is D. */
    void addTo(KernelArguments arguments, long joint, long hidden, boolean gradients) {
        arguments
                .parameter("norm_scale", normScale, joint, gradients)
                .parameter("norm_shift", normShift, joint, gradients)
                .parameter("weight1", weight1, 2 * hidden * joint, gradients)
                .parameter("bias1", bias1, 2 * hidden, gradients)
                .parameter("weight2", weight2, 2 * hidden * hidden, gradients)
                .parameter("bias2", bias2, 2 * hidden, gradients)
                .parameter("weight3", weight3, 2 * hidden, gradients)
                .parameter("bias3", bias3, 2, gradients);
    }

    /** Width of a hidden layer. */
    public int hidden() {
        return (int) (bias1.numel() / 2);
    }
}
