package org.cfcql.parts.penalty;

import org.bytedeco.pytorch.Tensor;
import org.cfcql.learn.Probe;
import org.cfcql.nn.InputNormalisation;
import org.cfcql.nn.TwinCritic;
import org.cfcql.parts.ConservativeTerm;
import org.cfcql.tensor.Compute;

/**
 * What the conservative term of a critic's loss (Eq. 7; spec 2.3) pushes down: P = Σ_k mean_b Σ_i
 * λ_i LSE_k^i. {@link ConservativeLoss} puts it into the loss.
 */
public sealed interface ConservativePenalty extends AutoCloseable
        permits AutogradPenalty, KernelPenalty {
    /**
     * Looks at the samples of one update.
     *
     * @param state {@code [B, S]}
     * @param weights λ {@code [B, n]}
     */
    Pass pass(Tensor state, PenaltySamples samples, Tensor weights, Probe probe);

    /** P of one update; belongs to the scope it was made in. */
    interface Pass {
        /** P as far as LibTorch differentiates it: a constant zero where the kernel does it all. */
        Tensor differentiable();

        /**
         * To be called once, after the loss's backward pass: adds α times the gradient that
         * LibTorch did not see to those of the critic's leaves.
         *
         * @return P without history
         */
        Tensor complete();
    }

    @Override
    void close();

    /** The compiled kernel where kernels run, else autograd. */
    static ConservativePenalty create(
            PenaltyHyperparameters parameters,
            InputNormalisation.Kind normalisation,
            TwinCritic critic,
            Compute compute) {
        return compute.runsKernels()
                ? new KernelPenalty(parameters, normalisation, critic)
                : new AutogradPenalty(parameters, critic);
    }

    /**
     * Reports Q − log p and LSE per head; MACQL's joint penalty has no agent axis.
     *
     * @param corrected {@code [head, B, n, G·K]}
     * @param lse {@code [head, B, n]}
     */
    static void report(
            PenaltyHyperparameters parameters, Tensor corrected, Tensor lse, Probe probe) {
        boolean joint = parameters.kind() == ConservativeTerm.JOINT;
        for (int head = 0; head < 2; head++) {
            Tensor values = corrected.select(0, head);
            Tensor sums = lse.select(0, head);
            probe.value("corrected_q" + (head + 1), joint ? values.select(1, 0) : values);
            probe.value("lse" + (head + 1), joint ? sums.select(1, 0) : sums);
        }
    }
}
