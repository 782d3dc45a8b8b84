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
    private static final String NAME = "joint sample kernel";

    /**
     * Values and gradients of Σ over steps of [½(joint − target)² + α(LSE − joint)] / steps.
     *
     * @param joint Q_tot of the data {@code [step]}
     * @param logSumExp LSE {@code [step]}
     * @param sampled Q_tot of the samples {@code [step, sample]} if asked for, else null
     * @param valid 1 where all of a sample's actions are available {@code [step, sample]} if asked
     *     for, else null
     * @param valuesGradient gradient to the inputs of the same names, as the following
     */
    public record Result(
            Tensor joint,
            Tensor logSumExp,
            Tensor sampled,
            Tensor valid,
            Tensor valuesGradient,
            Tensor firstGradient,
            Tensor firstBiasGradient,
            Tensor secondGradient,
            Tensor secondBiasGradient) {}

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
                        like(x.target()),
                        like(x.target()),
                        report ? perSample(inputs) : null,
                        report ? perSample(inputs) : null,
                        like(x.values()),
                        like(x.first()),
                        like(x.firstBias()),
                        like(x.second()),
                        like(x.secondBias()));
        try (PointerScope scope = new PointerScope()) {
            KernelArguments arguments = arguments(inputs);
            outputs(arguments, result, inputs);
            int[] sizes = {
                x.steps(), x.agents(), x.actions(), x.embedding(), inputs.samples(), inputs.places()
            };
            double[] constants = {alpha, 1.0 / x.steps()};
            NativeKernels.check(
                    NativeBindings.jointSamples(
                            arguments.elementBytes(), sizes, constants, arguments.toArray()));
        }
        return result;
    }

    private static Tensor like(Tensor shape) {
        return shape.new_empty(shape.shape());
    }

    private static Tensor perSample(JointSampleInputs inputs) {
        return inputs.steps().target().new_empty(inputs.steps().steps(), inputs.samples());
    }

    private KernelArguments arguments(JointSampleInputs inputs) {
        CounterfactualInputs x = inputs.steps();
        long agents = (long) x.steps() * x.agents();
        long actions = agents * x.actions();
        long embedding = (long) x.steps() * x.embedding();
        long draws = (long) inputs.samples() * inputs.places() * x.agents();
        KernelArguments arguments =
                new KernelArguments(NAME, x.values().scalar_type().intern())
                        .input("values", x.values(), actions)
                        .input("chosen", x.chosen(), agents, ScalarType.Long)
                        .input("available", x.available(), actions, ScalarType.Bool)
                        .input("first", x.first(), agents * x.embedding())
                        .input("first bias", x.firstBias(), embedding)
                        .input("second", x.second(), embedding)
                        .input("second bias", x.secondBias(), x.steps())
                        .input("target", x.target(), x.steps())
                        .input("place", inputs.place(), x.steps(), ScalarType.Long);
        return availableOnly
                ? arguments.none(1).input("draws", inputs.draws(), draws)
                : arguments.input("draws", inputs.draws(), draws, ScalarType.Long).none(1);
    }

    private static void outputs(KernelArguments arguments, Result out, JointSampleInputs inputs) {
        CounterfactualInputs x = inputs.steps();
        arguments.output("joint", out.joint(), x.steps()).output("lse", out.logSumExp(), x.steps());
        if (out.sampled() == null) {
            arguments.none(2);
        } else {
            long samples = (long) x.steps() * inputs.samples();
            arguments.output("sampled", out.sampled(), samples);
            arguments.output("valid", out.valid(), samples);
        }
        arguments
                .output("values' gradient", out.valuesGradient(), x.values().numel())
                .output("first's gradient", out.firstGradient(), x.first().numel())
                .output("first bias' gradient", out.firstBiasGradient(), x.firstBias().numel())
                .output("second's gradient", out.secondGradient(), x.second().numel())
                .output("second bias' gradient", out.secondBiasGradient(), x.secondBias().numel());
    }
}
