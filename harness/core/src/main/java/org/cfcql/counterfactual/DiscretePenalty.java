package org.cfcql.counterfactual;

import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.Probe;
import org.cfcql.nn.MixingNetwork.Mixer;
import org.cfcql.parts.discrete.CloningTraining;
import org.cfcql.parts.discrete.EpisodeRows;

/**
 * What is pushed down by the conservative term, per step: a log-sum-exp of joint values of actions
 * that are not those of the data.
 *
 * @param parameters which term, weights and samples
 * @param context randomness and the listener
 */
record DiscretePenalty(DiscreteHyperparameters parameters, LearnerContext context) {
    private static final double UNAVAILABLE = -1e10;
    private static final double SMOOTHING = 1e-5;

    /** Joint actions {@code [step, sample, agent]}; 1 where all of them are available. */
    private record Sample(Tensor actions, Tensor valid) {}

    /**
     * CFCQL: Σ_i λ_i·LSE_i, Eq. 7 (spec 1.5). The gradient flows through mixer and values of all
     * agents; λ is a constant.
     *
     * @param values Q {@code [step, agent, action]}
     * @param mixer of the steps' states
     * @param behaviour logits of β {@code [step, agent, action]}, or null if all agents weigh the
     *     same
     * @return {@code [step]}
     */
    Tensor counterfactual(EpisodeRows rows, Tensor values, Mixer mixer, Tensor behaviour) {
        Tensor available = rows.steps(rows.available());
        // After mixing: the published order, which keeps the gradient of these entries at zero.
        Tensor joint =
                mixer.counterfactuals(values, rows.chosen(values))
                        .masked_fill(available.logical_not(), new Scalar(UNAVAILABLE));
        Tensor logSumExp = joint.logsumexp(2);
        Tensor weights = weights(rows, joint.detach(), available, behaviour);
        Tensor weighted = weights.mul(logSumExp).sum(1);
        Probe probe = context.probe();
        if (probe.listening()) {
            probe.value("counterfactual", rows.padSteps(joint));
            probe.value("lse", rows.padSteps(logSumExp));
            probe.value("lambda", rows.padSteps(weights));
            probe.value("weighted_lse", rows.padSteps(weighted));
        }
        return weighted;
    }

    /**
     * λ {@code [step, agent]} (Eq. 8 and 9, μ of B.40, D of B.41 with the sign of Eq. 9; spec 1.6).
     */
    private Tensor weights(EpisodeRows rows, Tensor joint, Tensor available, Tensor behaviour) {
        if (behaviour == null) {
            Tensor first = joint.select(2, 0);
            return first.new_full(first.shape(), new Scalar(1.0 / first.size(1)));
        }
        Tensor current = joint.softmax(2).add(new Scalar(SMOOTHING));
        Tensor probabilities = CloningTraining.probabilities(behaviour, available);
        Tensor data = probabilities.add(new Scalar(SMOOTHING));
        Tensor entries =
                parameters.weights().ratio()
                        ? current.mul(current).div(data)
                        : current.mul(current.log().sub(data.log()));
        Tensor divergence = entries.mul(available.to(entries.scalar_type())).sum(2);
        if (context.probe().listening()) {
            context.probe().value("behaviour", rows.padSteps(probabilities));
            context.probe().value("divergence", rows.padSteps(divergence));
        }
        return parameters.weights().ofDeviation(divergence);
    }

    /**
     * MACQL: log Σ_k exp Q_tot of N joint samples (the paper's section 4.2; spec 1.11). {@code
     * code}: samples with an unavailable action contribute exp 0, as published. {@code fixed}: only
     * available actions are drawn, and the sum stands for all of them, log[(∏ k_i / N)·Σ exp
     * Q_tot].
     *
     * @param values Q {@code [step, agent, action]}
     * @param mixer of the steps' states
     * @return {@code [step]}
     */
    Tensor joint(EpisodeRows rows, Tensor values, Mixer mixer) {
        Tensor available = rows.steps(rows.available());
        Tensor counts = available.to(values.scalar_type()).sum(2);
        Sample sample =
                parameters.availableOnly()
                        ? availableSample(rows, available, counts)
                        : uniformSample(rows, available);
        Tensor own = values.unsqueeze(1).expand(-1, parameters.samples(), -1, -1);
        Tensor picked = own.gather(3, sample.actions().unsqueeze(3)).select(3, 0);
        Tensor sampled = mixer.mixSamples(picked);
        Tensor logSumExp = sampled.mul(sample.valid()).logsumexp(1);
        if (parameters.availableOnly()) {
            Tensor share = counts.log().sum(1).sub(new Scalar(Math.log(parameters.samples())));
            logSumExp = logSumExp.add(share);
        }
        report(rows, sampled, sample.valid(), logSumExp);
        return logSumExp;
    }

    /** The samples of {@link #joint}, where somebody listens. */
    void report(EpisodeRows rows, Tensor sampled, Tensor valid, Tensor logSumExp) {
        Probe probe = context.probe();
        if (probe.listening()) {
            probe.value("sampled_q_tot", rows.padSteps(sampled).permute(2, 0, 1));
            probe.value("valid", rows.padSteps(valid).permute(2, 0, 1));
            probe.value("lse", rows.padSteps(logSumExp));
        }
    }

    /**
     * Draws of the joint samples {@code [sample, batch, T, agent]}: action indices, or numbers that
     * choose among the available ones.
     */
    Tensor draws(EpisodeRows rows) {
        int agents = (int) rows.available().size(1);
        int actions = (int) rows.available().size(2);
        long[] shape = {
            parameters.samples(), rows.slots().episodes(), rows.slots().slots() - 1L, agents
        };
        return parameters.availableOnly()
                ? context.noise().uniform("joint_choices", shape)
                : context.noise().integers("joint_actions", actions, shape);
    }

    /** Every action index alike, {@code [step, sample, agent]}. */
    private Sample uniformSample(EpisodeRows rows, Tensor available) {
        Tensor sample = rows.stepDraws(draws(rows));
        Tensor own = available.unsqueeze(1).expand(-1, parameters.samples(), -1, -1);
        Tensor allowed = own.gather(3, sample.unsqueeze(3)).select(3, 0).all(2);
        return new Sample(sample, allowed.to(context.tensors().precision().scalarType()));
    }

    /** The u·k-th available action of each agent, {@code [step, sample, agent]}. */
    private Sample availableSample(EpisodeRows rows, Tensor available, Tensor counts) {
        Tensor share = rows.stepDraws(draws(rows)).add(new Scalar(1.0)).mul(new Scalar(0.5));
        Tensor limit = counts.unsqueeze(1);
        // Rounding up to k itself would point behind the last one.
        Tensor rank = torch.minimum(share.mul(limit).floor(), limit.sub(new Scalar(1.0)));
        Tensor order = available.to(counts.scalar_type()).cumsum(2).sub(new Scalar(1.0));
        Tensor matches =
                order.unsqueeze(1)
                        .eq(rank.unsqueeze(3))
                        .logical_and(available.unsqueeze(1))
                        .to(counts.scalar_type());
        Tensor sample = matches.argmax(new LongOptional(3), false);
        return new Sample(sample, context.tensors().ones(sample.size(0), sample.size(1)));
    }
}
