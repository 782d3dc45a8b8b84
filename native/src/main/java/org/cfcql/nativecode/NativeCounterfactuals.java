package org.cfcql.nativecode;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Counterfactual mixing of the discrete branch with log-sum-exp, weights λ and gradients in one
 * pass, by the C++ kernel: CPU, float32 or float64, one thread. See {@code counterfactuals.h} for
 * the formulas. The caller makes sure that the library is there.
 *
 * @param weighing how agents are weighed
 * @param ratio deviation Σ μ²/β instead of the divergence
 * @param tau τ, negative for more weight where the deviation is small
 * @param alpha weight of the conservative term
 */
public record NativeCounterfactuals(Weighing weighing, boolean ratio, double tau, double alpha) {
    /** Weights of the agents; the order is that of the header. */
    public enum Weighing {
        UNIFORM,
        SOFTMAX,
        ARGMAX
    }

    /**
     * Values and gradients of Σ over steps of [½(joint − target)² + α(weighted − joint)] / steps.
     *
     * @param joint Q_tot of the data {@code [step]}
     * @param weighted Σ_i λ_i·LSE_i {@code [step]}
     * @param logSumExp LSE {@code [step, agent]}
     * @param weights λ {@code [step, agent]}
     * @param divergence D {@code [step, agent]}, or null if all agents weigh the same
     * @param counterfactual Q_tot^(i,j) {@code [step, agent, action]} if asked for, else null
     * @param gradients gradients to the inputs
     */
    public record Result(
            Tensor joint,
            Tensor weighted,
            Tensor logSumExp,
            Tensor weights,
            Tensor divergence,
            Tensor counterfactual,
            MixingGradients gradients) {}

    /**
     * One pass.
     *
     * @param report whether the counterfactual values are wanted
     * @return tensors without a graph, owned by the caller's scope
     * @throws IllegalArgumentException if sizes, types or devices do not fit together
     */
    public Result evaluate(CounterfactualInputs x, boolean report) {
        boolean weighed = weighing != Weighing.UNIFORM;
        Tensor perAgent = x.first().select(2, 0);
        Result result =
                new Result(
                        MixingGradients.like(x.target()),
                        MixingGradients.like(x.target()),
                        MixingGradients.like(perAgent),
                        MixingGradients.like(perAgent),
                        weighed ? MixingGradients.like(perAgent) : null,
                        report ? MixingGradients.like(x.values()) : null,
                        MixingGradients.room(x));
        try (PointerScope scope = new PointerScope()) {
            KernelArguments arguments =
                    new KernelArguments("counterfactuals", x.values().scalar_type().intern())
                            .size("steps", x.steps())
                            .size("agents", x.agents())
                            .size("actions", x.actions())
                            .size("embedding", x.embedding())
                            .size("weighing", weighing.ordinal())
                            .size("ratio", ratio)
                            .constant("tau", tau)
                            .constant("alpha", alpha)
                            .constant("scale", 1.0 / x.steps());
            x.addTo(arguments);
            if (weighed) {
                long actions = (long) x.steps() * x.agents() * x.actions();
                arguments.input("behaviour", x.behaviour(), actions);
            }
            outputs(arguments, result, x);
            arguments.run();
        }
        return result;
    }

    private static void outputs(KernelArguments arguments, Result out, CounterfactualInputs x) {
        long agents = (long) x.steps() * x.agents();
        arguments
                .output("joint", out.joint(), x.steps())
                .output("weighted", out.weighted(), x.steps())
                .output("lse", out.logSumExp(), agents)
                .output("weights", out.weights(), agents)
                .optional("divergence", out.divergence(), agents)
                .optional("counterfactual", out.counterfactual(), agents * x.actions());
        out.gradients().addTo(arguments);
    }
}
