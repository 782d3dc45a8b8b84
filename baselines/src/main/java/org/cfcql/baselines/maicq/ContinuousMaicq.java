package org.cfcql.baselines.maicq;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.nn.SoftUpdate;
import org.cfcql.parts.continuous.ContinuousKeys;
import org.cfcql.parts.continuous.ContinuousTask;
import org.cfcql.parts.continuous.Critic;
import org.cfcql.parts.continuous.CriticPerActor;
import org.cfcql.parts.continuous.GaussianActorCritic;
import org.cfcql.parts.continuous.GaussianActors;
import org.cfcql.parts.continuous.TeamReward;

/** The branch of continuous actions; equations, keys and deviations are on the package's page. */
final class ContinuousMaicq {
    private static final int PUBLISHED_CRITICS_PER_ACTOR = 1;

    /**
     * What an experiment may set.
     *
     * @param alpha key {@code targetAlpha}: α, 1; the other published value, 2, halves what is
     *     bootstrapped as long as values are alike
     * @param valueTemperature key {@code targetTemperature}: β, 100; the other published value is
     *     600
     * @param policyTemperature key {@code policyTemperature}: β', 100
     * @param weightDecay key {@code weightDecay}: of the policies, added to the gradient, 1e-4
     * @param gaussian keys {@code logStdMin}, {@code logStdMax}
     * @param common keys {@code lr}, {@code hidden}, {@code norm.input}
     * @param discount key {@code gamma} (spec 2.6)
     * @param targetRate key {@code targetTau}: soft-update rate (spec 2.6)
     * @param reward key {@code reward.aggregation}: agent 0's, or the mean over agents (D-27)
     */
    record Hyperparameters(
            double alpha,
            double valueTemperature,
            double policyTemperature,
            double weightDecay,
            GaussianActors.Shape gaussian,
            ContinuousKeys common,
            double discount,
            SoftUpdate targetRate,
            TeamReward reward) {
        static Hyperparameters read(TaskShape task, Settings settings) {
            return new Hyperparameters(
                    settings.number("targetAlpha", 1, 1e-9, 1e9),
                    settings.number("targetTemperature", 100, 1e-9, 1e12),
                    settings.number("policyTemperature", 100, 1e-9, 1e12),
                    settings.number("weightDecay", 1e-4, 0, 1e3),
                    GaussianActors.Shape.common(settings),
                    ContinuousKeys.read(task, settings),
                    settings.number("gamma", ContinuousKeys.DISCOUNT, 0, 1),
                    new SoftUpdate(
                            settings.number("targetTau", ContinuousKeys.targetRate(task), 0, 1)),
                    TeamReward.read(settings));
        }
    }

    private final Hyperparameters keys;
    private final GaussianActorCritic parts;
    private final Probe probe;

    private ContinuousMaicq(ContinuousTask task, Hyperparameters keys, LearnerContext context) {
        this.keys = keys;
        parts =
                GaussianActorCritic.create(
                        Maicq.ID, task, keys.common(), keys.gaussian(), false, context);
        probe = context.probe();
    }

    /** Equal track: the round of all algorithms. Paper: everything once per batch. */
    static ConfiguredAlgorithm configure(TaskShape shape, Settings settings, Track track) {
        ContinuousTask task = ContinuousTask.of(Maicq.ID, shape);
        Hyperparameters keys = Hyperparameters.read(shape, settings);
        int criticPerActor = CriticPerActor.read(settings, track, PUBLISHED_CRITICS_PER_ACTOR);
        return new ConfiguredAlgorithm(
                        Schedule.fullThenCritic(criticPerActor),
                        context -> new ContinuousMaicq(task, keys, context).learner())
                .readingNextActions(true);
    }

    private Learner learner() {
        return parts.learner(this::update, keys.targetRate());
    }

    private void update(TransitionBatch data, boolean full) {
        Tensor error = updateCritic(data);
        if (full) {
            probe.phase("actor");
            probe.value("td_error", error);
            Tensor weight = shares(error, keys.policyTemperature());
            parts.cloneWeighted(data, means -> weight, this::decayWeights);
        }
    }

    /** One step of Q; returns δ {@code [batch]} from before it. */
    private Tensor updateCritic(TransitionBatch data) {
        probe.phase("target");
        Tensor next =
                parts.critic()
                        .target()
                        .frozenForward(Critic.rows(data.nextState(), data.nextActions()))
                        .amin(new long[] {0}, false);
        Tensor ratio =
                shares(next, keys.valueTemperature())
                        .div(new Scalar(keys.alpha()))
                        .clamp_max(new Scalar(1.0));
        Tensor alive = keys.reward().done(data.dones()).neg().add(new Scalar(1.0));
        Tensor target =
                keys.reward()
                        .of(data.rewards())
                        .add(alive.mul(ratio).mul(next), new Scalar(keys.discount()));
        probe.value("next_q", next);
        probe.value("rho", ratio);
        Tensor values = parts.criticTraining().step(data, target);
        return target.sub(values.detach().amin(new long[] {0}, false));
    }

    private void decayWeights() {
        for (Tensor leaf : parts.actors().leaves()) {
            leaf.grad().add_(leaf.detach(), new Scalar(keys.weightDecay()));
        }
    }

    /** B·softmax over the minibatch of x/temperature {@code [batch]}: 1 on average. */
    private static Tensor shares(Tensor values, double temperature) {
        return values.div(new Scalar(temperature))
                .softmax(0)
                .mul(new Scalar((double) values.size(0)));
    }
}
