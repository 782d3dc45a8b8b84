package org.cfcql.nativecode;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Mixing of sampled joint actions of the discrete branch with log-sum-exp and gradients in one
 * pass, by the C++ kernel: CPU, float32 or float64, one thread. See {@code joint_samples.h} for the
 * formulas. The caller makes sure that the library is there.
 *
 * @param availableOnly whether the draws choose among available actions, and the sum stands for all
 *     of them
 * @param alpha weight of the conservative term
 */
public record NativeJointSamples(boolean availableOnly, double alpha) {
    /**
     * Values and gradients of Σ over steps of [½(joint − target)² + α(LSE − joint)] / steps.
     *
     * @param joint Q_tot of the data {@code [step]}
     * @param logSumExp LSE {@code [step]}
     * @param sampled Q_tot of the samples {@code [step, sample]} if asked for, else null
     * @param valid 1 where all of a sample's actions are available {@code [step, sample]} if asked
     *     for, else null
     * @param gradients gradients to the inputs
     */
    public record Result(
            Tensor joint,
            Tensor logSumExp,
            Tensor sampled,
            Tensor valid,
            MixingGradients gradients) {}

    /**
     * One pass.
     *
     * @param report whether values and validity of the samples are wanted
     * @return tensors without a graph, owned by the caller's scope
     * @throws IllegalArgumentException if sizes, types or devices do not fit together
     */
    public Result evaluate(JointSampleInputs inputs, boolean report) {
        CounterfactualInputs x = inputs.steps();
        Result result =
                new Result(
                        MixingGradients.like(x.target()),
                        MixingGradients.like(x.target()),
                        report ? perSample(inputs) : null,
                        report ? perSample(inputs) : null,
                        MixingGradients.room(x));
        try (PointerScope scope = new PointerScope()) {
            KernelArguments arguments =
                    new KernelArguments("joint_samples", x.values().scalar_type().intern())
                            .size("steps", x.steps())
                            .size("agents", x.agents())
                            .size("actions", x.actions())
                            .size("embedding", x.embedding())
                            .size("samples", inputs.samples())
                            .size("places", inputs.places())
                            .constant("alpha", alpha)
                            .constant("scale", 1.0 / x.steps());
            x.addTo(arguments);
            draws(arguments, inputs);
            outputs(arguments, result, inputs);
            arguments.run();
        }
        return result;
    }

    private static Tensor perSample(JointSampleInputs inputs) {
        return inputs.steps().target().new_empty(inputs.steps().steps(), inputs.samples());
    }

    private void draws(KernelArguments arguments, JointSampleInputs inputs) {
        CounterfactualInputs x = inputs.steps();
        long draws = (long) inputs.samples() * inputs.places() * x.agents();
        arguments.input("place", inputs.place(), x.steps(), ScalarType.Long);
        if (availableOnly) {
            arguments.input("uniform", inputs.draws(), draws);
        } else {
            arguments.input("indices", inputs.draws(), draws, ScalarType.Long);
        }
    }

    private static void outputs(KernelArguments arguments, Result out, JointSampleInputs inputs) {
        CounterfactualInputs x = inputs.steps();
        long samples = (long) x.steps() * inputs.samples();
        arguments
                .output("joint", out.joint(), x.steps())
                .output("lse", out.logSumExp(), x.steps())
                .optional("sampled", out.sampled(), samples)
                .optional("valid", out.valid(), samples);
        out.gradients().addTo(arguments);
    }
}
