package org.cfcql.nativecode;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Conservative penalty of the continuous twin critic (Eq. 7; spec 2.3), with its gradient, by the
 * C++ kernel: CPU, float32 or float64, one thread. See {@code critic_penalty.h} for how it works;
 * the order of every sum is fixed for one machine.
 *
 * <p>For state b, agent i, group g and sample k, both heads are evaluated at the joint action of
 * group g with component i replaced by the sample. Each group is one call of the critic: batch
 * normalisation uses mean and biased variance over the {@code n·B·K} rows of that group, layer
 * normalisation those over the columns of each row.
 *
 * <pre>
 * corrected[q, g, b, i, k] = Q_q - logDensity
 * lse[q, b, i]             = T log Σ_{g,k} exp(corrected / T)
 * penalty                  = Σ_q mean_b Σ_i weights[b, i] lse[q, b, i]
 * </pre>
 *
 * <p>How a learner joins it to autograd: let LibTorch differentiate the rest of the loss ({@code
 * backward()}), then call {@link #addGradients} with the coefficient α and the {@code grad} tensors
 * of the critic's parameters. The penalty has no other input that needs a gradient.
 */
public final class NativeCriticPenalty {
    /** Constant under the square root of the normalisation. */
    static final double NORM_EPSILON = 1e-5;

    /** How the critic normalises its input before scale and shift; the order is the header's. */
    public enum Normalisation {
        /** Not at all. Scale and shift still apply: a critic without them passes ones and zeros. */
        NONE,
        /** Columns, by the rows of one call. */
        BATCH,
        /** Rows, by their columns. */
        LAYER
    }

    private final Normalisation normalisation;

    /**
     * The kernel for one kind of critic.
     *
     * @throws IllegalStateException if the library is not there
     */
    public NativeCriticPenalty(Normalisation normalisation) {
        this.normalisation = normalisation;
        if (!NativeKernels.available()) {
            throw new IllegalStateException(NativeKernels.unavailableReason());
        }
    }

    /**
     * Adds {@code coefficient} times the gradient of the penalty to {@code gradients}.
     *
     * @param gradients contiguous tensors with the sizes of {@code critic}
     * @return lse {@code [2, B, n]}, without a graph, owned by the caller's scope
     * @throws IllegalArgumentException if sizes, types or devices do not fit together
     */
    public Tensor addGradients(
            CriticPenaltyInputs inputs,
            TwinCriticTensors critic,
            double coefficient,
            TwinCriticTensors gradients) {
        Tensor lse = inputs.weights().new_empty(2, inputs.batch(), inputs.agents());
        run(inputs, critic, coefficient, lse, null, gradients);
        return lse;
    }

    /**
     * The values alone.
     *
     * @return corrected {@code [2, G, B, n, K]}, without a graph, owned by the caller's scope
     * @throws IllegalArgumentException if sizes, types or devices do not fit together
     */
    public Tensor correctedValues(CriticPenaltyInputs inputs, TwinCriticTensors critic) {
        Tensor corrected =
                inputs.sampled()
                        .new_empty(
                                2,
                                inputs.groups(),
                                inputs.batch(),
                                inputs.agents(),
                                inputs.samples());
        try (PointerScope scope = new PointerScope()) {
            Tensor lse = inputs.weights().new_empty(2, inputs.batch(), inputs.agents());
            run(inputs, critic, 0, lse, corrected, null);
        }
        return corrected;
    }

    private void run(
            CriticPenaltyInputs inputs,
            TwinCriticTensors critic,
            double coefficient,
            Tensor lse,
            Tensor corrected,
            TwinCriticTensors gradients) {
        requireAxes(inputs);
        long joint = inputs.stateSize() + (long) inputs.agents() * inputs.actionSize();
        try (PointerScope scope = new PointerScope()) {
            KernelArguments arguments =
                    new KernelArguments("critic_penalty", critic.weight1().scalar_type().intern())
                            .size("batch", inputs.batch())
                            .size("groups", inputs.groups())
                            .size("agents", inputs.agents())
                            .size("samples", inputs.samples())
                            .size("action_size", inputs.actionSize())
                            .size("state_size", inputs.stateSize())
                            .size("hidden", critic.hidden())
                            .size("density_per_sample", inputs.densityPerSample())
                            .size("normalisation", normalisation.ordinal())
                            .constant("temperature", inputs.temperature())
                            .constant("epsilon", NORM_EPSILON)
                            .constant("gradient_scale", coefficient);
            inputs.addTo(arguments);
            critic.addTo(arguments, joint, critic.hidden(), false);
            arguments
                    .output("lse", lse, 2L * inputs.batch() * inputs.agents())
                    .optional("corrected", corrected, corrected == null ? 0 : corrected.numel());
            if (gradients != null) {
                gradients.addTo(arguments, joint, critic.hidden(), true);
            }
            arguments.run();
        }
    }

    private static void requireAxes(CriticPenaltyInputs inputs) {
        if (inputs.sampled().dim() != 5 || inputs.state().dim() != 2) {
            throw new IllegalArgumentException(
                    "expected sampled [G, B, n, K, d] and state [B, S], found "
                            + inputs.sampled().dim()
                            + " and "
                            + inputs.state().dim()
                            + " axes");
        }
    }
}
