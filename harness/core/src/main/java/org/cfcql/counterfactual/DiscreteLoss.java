package org.cfcql.counterfactual;

import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.Probe;
import org.cfcql.nativecode.CounterfactualInputs;
import org.cfcql.nativecode.JointSampleInputs;
import org.cfcql.nativecode.MixingGradients;
import org.cfcql.nativecode.NativeCounterfactuals;
import org.cfcql.nativecode.NativeJointSamples;
import org.cfcql.nn.MixingNetwork.Mixer;
import org.cfcql.parts.ConservativeTerm;
import org.cfcql.parts.discrete.CloningTraining;
import org.cfcql.parts.discrete.EpisodeRows;

/**
 * L = α·L_cons + L_TD of the steps (Eq. 7; spec 1.4, 1.5, 1.11). Penalties go through fused C++
 * kernels where those may be used; autograd is their oracle and covers the rest.
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
        fused = parameters.penalty() != ConservativeTerm.NONE && context.compute().runsKernels();
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
        if (!fused) {
            return differentiable(rows, values, mixer, target, behaviour);
        }
        CounterfactualInputs inputs =
                new CounterfactualInputs(
                        values.detach(),
                        rows.stepActions(),
                        rows.steps(rows.available()),
                        mixer.first().detach(),
                        mixer.firstBias().detach(),
                        mixer.second().detach(),
                        mixer.secondBias().detach(),
                        behaviour,
                        target);
        return parameters.penalty() == ConservativeTerm.JOINT
                ? fusedJoint(rows, values, mixer, inputs)
                : fusedCounterfactual(rows, values, mixer, inputs);
    }

    private Terms differentiable(
            EpisodeRows rows, Tensor values, Mixer mixer, Tensor target, Tensor behaviour) {
        Tensor joint = mixer.mix(rows.chosen(values));
        Tensor tdLoss = temporalDifference(joint, target);
        if (parameters.penalty() == ConservativeTerm.NONE) {
            return new Terms(joint, tdLoss, Optional.empty(), tdLoss, tdLoss::backward);
        }
        Tensor pushedDown =
                parameters.penalty() == ConservativeTerm.JOINT
                        ? penalty.joint(rows, values, mixer)
                        : penalty.counterfactual(rows, values, mixer, behaviour);
        Tensor conservative = pushedDown.sub(joint).mean();
        Tensor loss = tdLoss.add(conservative, new Scalar(parameters.alpha()));
        return new Terms(joint, tdLoss, Optional.of(conservative), loss, loss::backward);
    }

    private static Tensor temporalDifference(Tensor joint, Tensor target) {
        return joint.sub(target).square().mean().mul(new Scalar(0.5));
    }

    private Terms fusedCounterfactual(
            EpisodeRows rows, Tensor values, Mixer mixer, CounterfactualInputs inputs) {
        NativeCounterfactuals.Result result =
                kernel().evaluate(inputs, context.probe().listening());
        report(rows, result, inputs.behaviour(), inputs.available());
        return terms(
                result.joint(),
                result.weighted(),
                inputs.target(),
                () -> backward(values, mixer, result.gradients()));
    }

    private Terms fusedJoint(
            EpisodeRows rows, Tensor values, Mixer mixer, CounterfactualInputs inputs) {
        boolean listening = context.probe().listening();
        Tensor draws = penalty.draws(rows).flatten(1, 2);
        NativeJointSamples.Result result =
                new NativeJointSamples(parameters.availableOnly(), parameters.alpha())
                        .evaluate(
                                new JointSampleInputs(inputs, rows.stepPlaces(), draws), listening);
        if (listening) {
            penalty.report(rows, result.sampled(), result.valid(), result.logSumExp());
        }
        return terms(
                result.joint(),
                result.logSumExp(),
                inputs.target(),
                () -> backward(values, mixer, result.gradients()));
    }

    /** The kernels give the gradients of their inputs; LibTorch carries them to the parameters. */
    private Terms terms(Tensor joint, Tensor pushedDown, Tensor target, Runnable backward) {
        Tensor tdLoss = temporalDifference(joint, target);
        Tensor conservative = pushedDown.sub(joint).mean();
        Tensor loss = tdLoss.add(conservative, new Scalar(parameters.alpha()));
        return new Terms(joint, tdLoss, Optional.of(conservative), loss, backward);
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

    private static void backward(Tensor values, Mixer mixer, MixingGradients kernel) {
        Tensor[] outputs = {
            values, mixer.first(), mixer.firstBias(), mixer.second(), mixer.secondBias()
        };
        Tensor[] gradients = {
            kernel.values(),
            kernel.first(),
            kernel.firstBias(),
            kernel.second(),
            kernel.secondBias()
        };
        try (PointerScope scope = new PointerScope()) {
            for (int index = 0; index < outputs.length; index++) {
                outputs[index].backward(
                        gradients[index], new BoolOptional(), false, new TensorArrayRefOptional());
            }
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
