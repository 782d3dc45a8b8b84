package org.cfcql.nativecode;

import org.bytedeco.pytorch.Tensor;

/**
 * Conservative penalty of the continuous twin critic (Eq. 7; spec 2.3), with its gradient.
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
public sealed interface CriticPenalty permits NativeCriticPenalty, LibTorchCriticPenalty {
    /** Constant under the square root of the normalisation. */
    double NORM_EPSILON = 1e-5;

    /** How the critic normalises its input before scale and shift. */
    enum Normalisation {
        /** Not at all. Scale and shift still apply: a critic without them passes ones and zeros. */
        NONE,
        /** Columns, by the rows of one call. */
        BATCH,
        /** Rows, by their columns. */
        LAYER
    }

    /**
     * Adds {@code coefficient} times the gradient of the penalty to {@code gradients}.
     *
     * @param gradients contiguous tensors with the sizes of {@code critic}
     * @return lse {@code [2, B, n]}, without a graph, owned by the caller's scope
     * @throws IllegalArgumentException if sizes, types or devices do not fit together
     */
    Tensor addGradients(
            CriticPenaltyInputs inputs,
            TwinCriticTensors critic,
            double coefficient,
            TwinCriticTensors gradients);

    /**
     * The values alone.
     *
     * @return corrected {@code [2, G, B, n, K]}, without a graph, owned by the caller's scope
     * @throws IllegalArgumentException if sizes, types or devices do not fit together
     */
    Tensor correctedValues(CriticPenaltyInputs inputs, TwinCriticTensors critic);

    /**
     * The fastest implementation that covers these tensors: the C++ kernel on the CPU for float32
     * and float64 if it is there, else LibTorch.
     */
    static CriticPenalty covering(Normalisation normalisation, TwinCriticTensors critic) {
        return NativeKernels.available() && critic.weight1().is_cpu()
                ? new NativeCriticPenalty(normalisation)
                : new LibTorchCriticPenalty(normalisation);
    }
}
