package org.cfcql.cfcql;

import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.cfcql.cfcql.DiscreteHyperparameters.Penalty;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.Probe;
import org.cfcql.nativecode.CounterfactualInputs;
import org.cfcql.nativecode.NativeCounterfactuals;
import org.cfcql.nativecode.NativeKernels;
import org.cfcql.nn.MixingNetwork.Mixer;
import org.cfcql.tensor.ComputeDevice;

/**
 * L = α·L_cons + L_TD of the steps (spec/algorithms.md 1.4, 1.5). Counterfactual penalties go
 * through the fused C++ kernel where it may be used; autograd is its oracle and covers the rest.
 */
final class DiscreteLoss {
    private final DiscreteHyperparameters parameters;
    private final LearnerContext context;
    private final DiscretePenalty penalty;
    private final boolean fused;

    DiscreteLoss(DiscreteHyperparameters parameters, LearnerContext context) {
        this.parameters = parameters;
        this.context = context;
        penalty = new DiscretePenalty(parameters, context);
        fused =
                parameters.penalty() == Penalty.COUNTERFACTUAL
                        && context.kernels()
                        && context.tensors().device().kind() == ComputeDevice.Kind.CPU
                        && NativeKernels.available();
    }

    /**
     * The terms of a step's loss.
     *
     * @param joint Q_tot of the data {@code [step]}
     * @param temporalDifference L_TD
     * @param conservative L_cons without α, if there is a penalty
     * @param loss L
     * @param backward differentiates L to the step's values and to the mixer
     */
    record Terms(
            Tensor joint,
            Tensor temporalDifference,
            Optional<Tensor> conservative,
            Tensor loss,
            Runnable backward) {}

    /**
     * Evaluates the loss.
     *
     * @param values Q {@code [step, agent, action]}
     * @param mixer of the steps' states
     * @param target G {@code [step]}
     * @param behaviour logits of β {@code [step, agent, action]}, or null if all agents weigh the
     *     same
     */
    Terms terms(EpisodeRows rows, Tensor values, Mixer mixer, Tensor target, Tensor behaviour) {
        return fused
                ? fused(rows, values, mixer, target, behaviour)
                : differentiable(rows, values, mixer, target, behaviour);
    }

    private Terms differentiable(
            EpisodeRows rows, Tensor values, Mixer mixer, Tensor target, Tensor behaviour) {
        Tensor joint = mixer.mix(rows.chosen(values));
        Tensor tdLoss = temporalDifference(joint, target);
        if (parameters.penalty() == Penalty.NONE) {
            return new Terms(joint, tdLoss, Optional.empty(), tdLoss, tdLoss::backward);
        }
        Tensor pushedDown =
                parameters.penalty() == Penalty.JOINT
                        ? penalty.joint(rows, values, mixer)
                        : penalty.counterfactual(rows, values, mixer, behaviour);
        Tensor conservative = pushedDown.sub(joint).mean();
        Tensor loss = tdLoss.add(conservative, new Scalar(parameters.alpha()));
        return new Terms(joint, tdLoss, Optional.of(conservative), loss, loss::backward);
    }

    private static Tensor temporalDifference(Tensor joint, Tensor target) {
        return joint.sub(target).square().mean().mul(new Scalar(0.5));
    }

    /** The kernel's gradients of its inputs, which LibTorch carries on to the parameters. */
    private Terms fused(
            EpisodeRows rows, Tensor values, Mixer mixer, Tensor target, Tensor behaviour) {
        Tensor available = rows.steps(rows.available());
        CounterfactualInputs inputs =
                new CounterfactualInputs(
                        values.detach(),
                        rows.stepActions(),
                        available,
                        mixer.first().detach(),
                        mixer.firstBias().detach(),
                        mixer.second().detach(),
                        mixer.secondBias().detach(),
                        behaviour,
                        target);
        NativeCounterfactuals.Result result =
                kernel().evaluate(inputs, context.probe().listening());
        report(rows, result, behaviour, available);
        Tensor tdLoss = temporalDifference(result.joint(), target);
        Tensor conservative = result.weighted().sub(result.joint()).mean();
        return new Terms(
                result.joint(),
                tdLoss,
                Optional.of(conservative),
                tdLoss.add(conservative, new Scalar(parameters.alpha())),
                () -> {
                    backward(values, result.valuesGradient());
                    backward(mixer.first(), result.firstGradient());
                    backward(mixer.firstBias(), result.firstBiasGradient());
                    backward(mixer.second(), result.secondGradient());
                    backward(mixer.secondBias(), result.secondBiasGradient());
                });
    }

    private NativeCounterfactuals kernel() {
        AgentWeights weights = parameters.weights();
        double tau = weights.mode() == AgentWeights.Mode.ARGMAX ? 1 : weights.tau();
        return new NativeCounterfactuals(
                NativeCounterfactuals.Weighing.valueOf(weights.mode().name()),
                weights.ratio(),
                weights.minus() ? -tau : tau,
                parameters.alpha());
    }

    private static void backward(Tensor output, Tensor gradient) {
        try (PointerScope scope = new PointerScope()) {
            output.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
        }
    }

    private void report(
            EpisodeRows rows,
            NativeCounterfactuals.Result result,
            Tensor behaviour,
            Tensor available) {
        Probe probe = context.probe();
        if (!probe.listening()) {
            return;
        }
        probe.value("counterfactual", rows.padSteps(result.counterfactual()));
        probe.value("lse", rows.padSteps(result.logSumExp()));
        probe.value("lambda", rows.padSteps(result.weights()));
        probe.value("weighted_lse", rows.padSteps(result.weighted()));
        if (behaviour != null) {
            Tensor probabilities = CloningTraining.probabilities(behaviour, available);
            probe.value("behaviour", rows.padSteps(probabilities));
            probe.value("divergence", rows.padSteps(result.divergence()));
        }
    }
}
