package org.cfcql.nativecode;

import org.bytedeco.pytorch.Tensor;

/**
 * Gradients of a loss of the discrete branch to what its mixer took, with the shapes of the inputs.
 *
 * @param values gradient to the agents' values
 * @param first gradient to the mixer's first weights
 * @param firstBias gradient to their biases
 * @param second gradient to the mixer's second weights
 * @param secondBias gradient to their biases
 */
public record MixingGradients(
        Tensor values, Tensor first, Tensor firstBias, Tensor second, Tensor secondBias) {
    /** Room for the gradients of these inputs, in the caller's scope. */
    static MixingGradients room(CounterfactualInputs x) {
        return new MixingGradients(
                like(x.values()),
                like(x.first()),
                like(x.firstBias()),
                like(x.second()),
                like(x.secondBias()));
    }

    /** A tensor of the same shape and type whose content is anything. */
    static Tensor like(Tensor shape) {
        return shape.new_empty(shape.shape());
    }

    /** Has a kernel write them. */
    void addTo(KernelArguments arguments) {
        arguments
                .output("values_gradient", values, values.numel())
                .output("first_gradient", first, first.numel())
                .output("first_bias_gradient", firstBias, firstBias.numel())
                .output("second_gradient", second, second.numel())
                .output("second_bias_gradient", secondBias, secondBias.numel());
    }
}
