package org.cfcql.parts.penalty;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.learn.Noise;
import org.cfcql.nn.ActorNetworks;
import org.cfcql.nn.Statistics;
import org.cfcql.parts.ConservativeTerm;
import org.cfcql.parts.penalty.PenaltyHyperparameters.Density;
import org.cfcql.parts.penalty.PenaltyHyperparameters.SampleGroup;

/**
 * The actions at which the penalty (Eq. 7) looks, drawn afresh in each update (spec 2.3); all
 * constants for the gradient. G groups, B states, n agents, K samples, d components. MACQL's joint
 * samples are those of one agent with n·d components.
 *
 * @param others joint actions whose component i is replaced, {@code [G, B, n, d]}
 * @param sampled replacing actions, {@code [G, B, n, K, d]}
 * @param logDensity what is subtracted from each sample's value, log p as a rule, {@code [G, B, n,
 *     K]}
 */
public record PenaltySamples(Tensor others, Tensor sampled, Tensor logDensity) {
    /**
     * One group before it is stacked: {@code [B, n, d]}, {@code [B, n, K, d]}, {@code [B, n, K]}.
     */
    private record Group(Tensor others, Tensor sampled, Tensor logDensity) {}

    /**
     * Draws all groups; actors are called on o, then on o', if a group needs them (spec 2.1, call
     * 4).
     */
    public static PenaltySamples draw(
            PenaltyHyperparameters parameters,
            TransitionBatch batch,
            ActorNetworks actors,
            Noise noise) {
        Tensor current = null;
        Tensor next = null;
        // The published HalfCheetah form calls the actors whatever the groups (spec 2.1).
        if (parameters.halfCheetah() || parameters.moving()) {
            current = actors.frozenForward(batch.observations(), Statistics.BATCH_AND_TRACK);
            next = actors.frozenForward(batch.nextObservations(), Statistics.BATCH_AND_TRACK);
        }
        List<Group> groups = new ArrayList<>();
        for (SampleGroup group : parameters.groups()) {
            groups.add(
                    switch (group) {
                        case RANDOM -> random(parameters, batch, noise);
                        case CURRENT -> around(parameters, batch, current, "current", noise);
                        case NEXT -> around(parameters, batch, next, "next", noise);
                    });
        }
        List<Tensor> densities = new ArrayList<>(groups.stream().map(Group::logDensity).toList());
        int currentIndex = parameters.groups().indexOf(SampleGroup.CURRENT);
        int nextIndex = parameters.groups().indexOf(SampleGroup.NEXT);
        if (parameters.swapDensities() && currentIndex >= 0 && nextIndex >= 0) {
            Collections.swap(densities, currentIndex, nextIndex);
        }
        PenaltySamples samples =
                new PenaltySamples(
                        stack(groups.stream().map(Group::others).toList()),
                        stack(groups.stream().map(Group::sampled).toList()),
                        stack(densities));
        return parameters.kind() == ConservativeTerm.JOINT ? samples.joined() : samples;
    }

    private static Group random(
            PenaltyHyperparameters parameters, TransitionBatch batch, Noise noise) {
        long size = batch.actions().size(2);
        Tensor sampled = noise.uniform("random_actions", shape(parameters, batch));
        double density = parameters.density() == Density.NONE ? 0 : size * Math.log(0.5);
        Tensor logDensity = sampled.select(3, 0).mul(new Scalar(0)).add(new Scalar(density));
        return new Group(others(parameters, batch.actions(), "random", noise), sampled, logDensity);
    }

    private static Group around(
            PenaltyHyperparameters parameters,
            TransitionBatch batch,
            Tensor centre,
            String name,
            Noise noise) {
        double deviation = parameters.sampleNoise();
        Tensor draw = noise.normal(name + "_noise", shape(parameters, batch));
        Tensor sampled = clip(centre.unsqueeze(2).add(draw, new Scalar(deviation)));
        // The density is that of the noise before clipping.
        double constant = -batch.actions().size(2) * Math.log(deviation * Math.sqrt(2 * Math.PI));
        Tensor logDensity = draw.square().sum(3).mul(new Scalar(-0.5)).add(new Scalar(constant));
        Tensor subtracted =
                switch (parameters.density()) {
                    case LOGARITHM -> logDensity;
                    case DENSITY -> logDensity.exp();
                    case NONE -> logDensity.mul(new Scalar(0));
                };
        boolean nextIndex = name.equals("next") && parameters.nextIndexOthers();
        Tensor data = nextIndex ? batch.nextActions() : batch.actions();
        return new Group(others(parameters, data, name, noise), sampled, subtracted);
    }

    private static Tensor others(
            PenaltyHyperparameters parameters, Tensor data, String group, Noise noise) {
        if (!parameters.halfCheetah() || parameters.kind() != ConservativeTerm.COUNTERFACTUAL) {
            return data;
        }
        Tensor draw =
                noise.uniform("others_noise_" + group, data.size(0), data.size(1), data.size(2));
        return clip(data.add(draw, new Scalar(parameters.othersNoise())));
    }

    private static long[] shape(PenaltyHyperparameters parameters, TransitionBatch batch) {
        Tensor actions = batch.actions();
        return new long[] {actions.size(0), actions.size(1), parameters.samples(), actions.size(2)};
    }

    private static Tensor clip(Tensor actions) {
        return actions.clamp(
                new ScalarOptional(new Scalar(-1.0)), new ScalarOptional(new Scalar(1.0)));
    }

    private static Tensor stack(List<Tensor> groups) {
        return groups.size() == 1
                ? groups.get(0).unsqueeze(0)
                : torch.stack(new TensorVector(groups.toArray(new Tensor[0])));
    }

    /** Sample k takes every agent's k-th draw; the density is the product over agents. */
    private PenaltySamples joined() {
        long groups = sampled.size(0);
        long batch = sampled.size(1);
        long samples = sampled.size(3);
        Tensor actions = sampled.permute(0, 1, 3, 2, 4).reshape(groups, batch, 1, samples, -1);
        return new PenaltySamples(
                others.reshape(groups, batch, 1, -1), actions, logDensity.sum(2).unsqueeze(2));
    }

    /** Joint actions of one group as the critic sees them: {@code [B·n·K, n·d]}. */
    Tensor rows(int group) {
        Tensor replaced = sampled.select(0, group);
        long batch = replaced.size(0);
        long agents = replaced.size(1);
        long samples = replaced.size(2);
        long size = replaced.size(3);
        Tensor joint =
                others.select(0, group)
                        .view(batch, 1, 1, agents, size)
                        .expand(batch, agents, samples, agents, size)
                        .clone();
        // [batch, sample, component, agent]: agent i's own component among the joint actions of i.
        joint.diagonal(0, 1, 3).copy_(replaced.permute(0, 2, 3, 1));
        return joint.reshape(batch * agents * samples, agents * size);
    }
}
