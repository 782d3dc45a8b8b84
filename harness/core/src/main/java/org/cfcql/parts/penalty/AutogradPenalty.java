package org.cfcql.parts.penalty;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.learn.Probe;
import org.cfcql.nn.TwinCritic;

/**
 * The penalty (Eq. 7) as the published code computes it: every row built, one critic call per
 * group, the whole loss through autograd. Any device and precision; the oracle of {@link
 * KernelPenalty}.
 */
record AutogradPenalty(PenaltyHyperparameters parameters, TwinCritic critic)
        implements ConservativePenalty {
    @Override
    public Pass pass(Tensor state, PenaltySamples samples, Tensor weights, Probe probe) {
        Tensor corrected = correctedValues(state, samples);
        Scalar temperature = new Scalar(parameters.temperature());
        Tensor lse = corrected.div(temperature).logsumexp(3).mul(temperature);
        Tensor weighted = lse.mul(weights).sum().div(new Scalar((double) state.size(0)));
        return new Pass() {
            @Override
            public Tensor differentiable() {
                return weighted;
            }

            @Override
            public Tensor complete() {
                if (probe.listening()) {
                    ConservativePenalty.report(parameters, corrected, lse, probe);
                }
                return weighted.detach();
            }
        };
    }

    /**
     * Q − log p {@code [head, B, n, G·K]}: each group is one call of the critic (spec 2.1, call 5).
     */
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

    @Override
    public void close() {
        // The critic belongs to the learner.
    }
}
