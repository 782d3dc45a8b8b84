package org.cfcql.parts.discrete;

import org.bytedeco.pytorch.Tensor;
import org.cfcql.budget.Role;
import org.cfcql.learn.AdamSettings;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.Optimiser;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Settings;
import org.cfcql.nn.GradientClipping;
import org.cfcql.parts.AdvantageWeights;
import org.cfcql.parts.CosineDecay;
import org.cfcql.parts.LossReport;

/**
 * The policy's step of implicit Q-learning and AWAC (spec 3.7, 3.8): clone the data's actions, each
 * by its weight, −mean w·log π(a), with a learning rate that falls along a cosine.
 */
public final class WeightedCloning {
    private final RecurrentActor actor;
    private final Optimiser optimiser;
    private final CosineDecay decay;
    private final GradientClipping clipping;
    private final LossReport losses;
    private final LearnerContext context;

    /** With an Adam of its own over the actor. */
    public WeightedCloning(
            RecurrentActor actor,
            CosineDecay decay,
            GradientClipping clipping,
            LossReport losses,
            LearnerContext context) {
        this.actor = actor;
        this.decay = decay;
        this.clipping = clipping;
        this.losses = losses;
        this.context = context;
        optimiser =
                context.adam(
                        "actor",
                        Role.ACTOR,
                        actor.network().leaves(),
                        AdamSettings.of(decay.learningRate()));
    }

    /** Reads {@code inverseTemperature} and {@code weightCap}, 3 and 100 as published. */
    public static AdvantageWeights weights(Settings settings) {
        return new AdvantageWeights(
                settings.number("inverseTemperature", 3, 0, 1e6),
                settings.number("weightCap", 100, 0, 1e9));
    }

    /** Reads {@code cosineSteps}: the published limit on slots, taken as a number of batches. */
    public static double cosineSteps(Settings settings) {
        return settings.number("cosineSteps", 10_050_000, 1, 1e12);
    }

    /**
     * One step.
     *
     * @param logProbabilities log π {@code [row, agent, action]} of the actor, with gradients
     * @param weights {@code [step, agent]}
     */
    public void update(EpisodeRows rows, Tensor logProbabilities, Tensor weights) {
        Tensor steps = rows.steps(logProbabilities);
        Tensor chosen = rows.chosen(steps);
        double learningRate = decay.at(optimiser.steps());
        Probe probe = context.probe();
        if (probe.listening()) {
            probe.value("weight", rows.padSteps(weights));
            probe.value("probability", rows.padSteps(steps.exp()));
            probe.value("log_prob", rows.padSteps(chosen));
            probe.value("policy_lr", context.tensors().of(new double[] {learningRate}));
        }
        optimiser.learningRate(learningRate);
        actor.step(weights.mul(chosen).mean().neg(), optimiser, clipping, losses);
    }
}
