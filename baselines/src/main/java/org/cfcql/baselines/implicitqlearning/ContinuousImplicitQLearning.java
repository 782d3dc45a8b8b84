package org.cfcql.baselines.implicitqlearning;

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
import org.cfcql.nn.TrainingPass;
import org.cfcql.parts.AdvantageWeights;
import org.cfcql.parts.CosineDecay;
import org.cfcql.parts.ExpectileLoss;
import org.cfcql.parts.continuous.ContinuousKeys;
import org.cfcql.parts.continuous.ContinuousTask;
import org.cfcql.parts.continuous.Critic;
import org.cfcql.parts.continuous.CriticPerActor;
import org.cfcql.parts.continuous.GaussianActorCritic;
import org.cfcql.parts.continuous.GaussianActors;
import org.cfcql.parts.continuous.StateValue;
import org.cfcql.parts.continuous.TeamReward;

/** The branch of continuous actions; equations, keys and deviations are on the package's page. */
final class ContinuousImplicitQLearning {
    private static final int PUBLISHED_CRITICS_PER_ACTOR = 1;

    /**
     * What an experiment may set.
     *
     * @param expectile key {@code expectile}: τ, 0.7 as published
     * @param weights keys {@code inverseTemperature} β and {@code weightCap}: 3 and 100 as
     *     published
     * @param cosineSteps key {@code cosineSteps}: policy updates until their learning rate has
     *     fallen to zero along a cosine; 0 leaves it constant
     * @param gaussian keys {@code logStdMin}, {@code logStdMax}
     * @param common keys {@code lr}, {@code hidden}, {@code norm.input}
     * @param discount key {@code gamma} (spec 2.6)
     * @param targetRate key {@code targetTau}: soft-update rate (spec 2.6)
     * @param reward key {@code reward.aggregation}: agent 0's, or the mean over agents (D-27)
     */
    record Hyperparameters(
            ExpectileLoss expectile,
            AdvantageWeights weights,
            double cosineSteps,
            GaussianActors.Shape gaussian,
            ContinuousKeys common,
            double discount,
            SoftUpdate targetRate,
            TeamReward reward) {
        static Hyperparameters read(TaskShape task, Settings settings) {
            return new Hyperparameters(
                    new ExpectileLoss(settings.number("expectile", 0.7, 0, 1)),
                    new AdvantageWeights(
                            settings.number("inverseTemperature", 3, 0, 1e9),
                            settings.number("weightCap", 100, 0, 1e9)),
                    settings.number("cosineSteps", 0, 0, 1e12),
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
    private final StateValue value;
    private final Critic critic;
    private final Probe probe;

    private ContinuousImplicitQLearning(
            ContinuousTask task, Hyperparameters keys, LearnerContext context) {
        this.keys = keys;
        parts =
                GaussianActorCritic.create(
                        ImplicitQLearning.ID, task, keys.common(), keys.gaussian(), true, context);
        value = parts.value().orElseThrow();
        critic = parts.critic();
        probe = context.probe();
    }

    /** Equal track: the round of all algorithms. Paper: everything once per batch, as published. */
    static ConfiguredAlgorithm configure(TaskShape shape, Settings settings, Track track) {
        ContinuousTask task = ContinuousTask.of(ImplicitQLearning.ID, shape);
        Hyperparameters keys = Hyperparameters.read(shape, settings);
        int criticPerActor = CriticPerActor.read(settings, track, PUBLISHED_CRITICS_PER_ACTOR);
        return new ConfiguredAlgorithm(
                Schedule.fullThenCritic(criticPerActor),
                context -> new ContinuousImplicitQLearning(task, keys, context).learner());
    }

    private Learner learner() {
        return parts.learner(this::update, keys.targetRate());
    }

    private void update(TransitionBatch data, boolean full) {
        Tensor advantage = updateValues(data);
        if (full) {
            updateActors(data, advantage);
        }
    }

    /** One step of V and Q; returns u {@code [batch]} from before it. */
    private Tensor updateValues(TransitionBatch data) {
        probe.phase("target");
        Tensor rows = Critic.rows(data.state(), data.actions());
        Tensor nextValue = value.frozenForward(data.nextState());
        Tensor targetQ = critic.target().frozenForward(rows).amin(new long[] {0}, false);
        Tensor alive = keys.reward().done(data.dones()).neg().add(new Scalar(1.0));
        Tensor target =
                keys.reward()
                        .of(data.rewards())
                        .add(alive.mul(nextValue), new Scalar(keys.discount()));
        probe.phase("value");
        TrainingPass valuePass = value.trainingPass(data.state());
        Tensor current = valuePass.values();
        Tensor advantage = targetQ.sub(current);
        Tensor valueLoss = keys.expectile().of(advantage).mean();
        probe.phase("critic");
        TrainingPass criticPass = critic.online().trainingPass(rows);
        Tensor values = criticPass.values();
        Tensor criticLoss = Critic.temporalDifferenceLoss(values, target).mul(new Scalar(0.5));
        probe.value("next_value", nextValue);
        probe.value("target_q", targetQ);
        probe.value("value", current);
        probe.value("advantage", advantage);
        probe.value("target", target);
        probe.value("q1", values.select(0, 0));
        probe.value("q2", values.select(0, 1));
        parts.losses().record("valueLoss", "value_loss", valueLoss);
        parts.losses().record("criticLoss", "critic_loss", criticLoss);
        valueLoss.add(criticLoss).backward();
        valuePass.propagate();
        criticPass.propagate();
        value.report(probe);
        critic.report(probe);
        parts.criticOptimiser().step();
        return advantage.detach();
    }

    /** Advantage-weighted regression of the data's actions. */
    private void updateActors(TransitionBatch data, Tensor advantage) {
        probe.phase("actor");
        double rate = learningRate(parts.actorOptimiser().steps());
        parts.actorOptimiser().learningRate(rate);
        if (probe.listening()) {
            double[] told = {rate};
            probe.value("actor_learning_rate", parts.context().tensors().of(told, 1));
        }
        parts.cloneWeighted(data, means -> keys.weights().of(advantage), () -> {});
    }

    private double learningRate(long update) {
        double first = keys.common().learningRate();
        return keys.cosineSteps() == 0
                ? first
                : new CosineDecay(first, keys.cosineSteps()).at(update);
    }
}
