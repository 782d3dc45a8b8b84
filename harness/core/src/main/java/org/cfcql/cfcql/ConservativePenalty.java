package org.cfcql.cfcql;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.learn.Probe;
import org.cfcql.nn.TwinCritic;

/**
 * The conservative term of the critic's loss (spec/algorithms.md 2.3) and the backward pass of the
 * whole loss, through autograd alone.
 */
final class ConservativePenalty {
    private final ContinuousHyperparameters parameters;
    private final TwinCritic critic;

    ConservativePenalty(ContinuousHyperparameters parameters, TwinCritic critic, boolean kernels) {
        this.parameters = parameters;
        this.critic = critic;
    }

    /**
     * What the backward pass computed on the way.
     *
     * @param logSumExp Σ_k mean_b Σ_i λ_i LSE_k^i, without history
     */
    record Result(Tensor logSumExp) {}

    /**
     * Puts the gradients of tdLoss + α·(logSumExp − dataValue) into the critic's leaves.
     *
     * @param state {@code [B, S]}
     * @param weights λ {@code [B, n]}
     * @param tdLoss scalar with history
     * @param dataValue Σ_k mean_b Q_k(s, a), a scalar with history
     */
    Result backward(
            Tensor state,
            PenaltySamples samples,
            Tensor weights,
            Tensor tdLoss,
            Tensor dataValue,
            Probe probe) {
        Tensor corrected = correctedValues(state, samples);
        Tensor lse = logSumExp(corrected);
        Tensor weighted = lse.mul(weights).sum().div(new Scalar((double) state.size(0)));
        tdLoss.add(weighted.sub(dataValue), new Scalar(parameters.alpha())).backward();
        report(corrected, lse, probe);
        return new Result(weighted.detach());
    }

    /** Q − log p {@code [head, B, n, G·K]}: each group is one call of the critic. */
    private Tensor correctedValues(Tensor state, PenaltySamples samples) {
        long batch = samples.sampled().size(1);
        long agents = samples.sampled().size(2);
        long count = samples.sampled().size(3);
        long copies = agents * count;
        Tensor states =
                state.unsqueeze(1)
                        .expand(batch, copies, state.size(1))
                        .reshape(batch * copies, state.size(1));
        TensorVector groups = new TensorVector();
        for (int group = 0; group < samples.sampled().size(0); group++) {
            Tensor rows = torch.cat(new TensorVector(states, samples.rows(group)), 1);
            Tensor values = critic.forward(rows).view(2, batch, agents, count);
            groups.push_back(values.sub(samples.logDensity().select(0, group)));
        }
        return torch.cat(groups, 3);
    }

    /** T log Σ exp(x/T) over samples. */
    private Tensor logSumExp(Tensor corrected) {
        Scalar temperature = new Scalar(parameters.temperature());
        return corrected.div(temperature).logsumexp(3).mul(temperature);
    }

    private void report(Tensor corrected, Tensor lse, Probe probe) {
        if (!probe.listening()) {
            return;
        }
        boolean joint = parameters.penalty() == ContinuousHyperparameters.Penalty.JOINT;
        for (int head = 0; head < 2; head++) {
            Tensor values = corrected.select(0, head);
            Tensor sums = lse.select(0, head);
            probe.value("corrected_q" + (head + 1), joint ? values.select(1, 0) : values);
            probe.value("lse" + (head + 1), joint ? sums.select(1, 0) : sums);
        }
    }
}
