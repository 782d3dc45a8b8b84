package org.cfcql.baselines.awac;

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
import org.cfcql.parts.AdvantageWeights;
import org.cfcql.parts.continuous.ContinuousKeys;
import org.cfcql.parts.continuous.ContinuousTask;
import org.cfcql.parts.continuous.Critic;
import org.cfcql.parts.continuous.CriticPerActor;
import org.cfcql.parts.continuous.GaussianActorCritic;
import org.cfcql.parts.continuous.GaussianActors;
import org.cfcql.parts.continuous.TeamReward;

/** The branch of continuous actions; equations, keys and deviations are on the package's page. */
final class ContinuousAwac {
    private static final int PUBLISHED_CRITICS_PER_ACTOR = 1;

    /**
     * What an experiment may set.
     *
     * @param weights keys {@code temperature} λ and {@code weightCap}: 1 and 100, the defaults of
     *     the single-agent code (spec 3.8)
     * @param networks keys {@code layers} (of critics too), {@code actor.mean}, {@code logStdMin},
     *     {@code logStdMax}
     * @param common keys {@code lr}, {@code hidden}, {@code norm.input}
     * @param discount key {@code gamma} (spec 2.6)
     * @param targetRate key {@code targetTau}: soft-update rate (spec 2.6)
     * @param reward key {@code reward.aggregation}: agent 0's, or the mean over agents (D-27)
     */
    record Hyperparameters(
            AdvantageWeights weights,
            GaussianActors.Shape networks,
            ContinuousKeys common,
            double discount,
            SoftUpdate targetRate,
            TeamReward reward) {
        static Hyperparameters read(TaskShape task, Settings settings) {
            return new Hyperparameters(
                    new AdvantageWeights(
                            1 / settings.number("temperature", 1, 1e-9, 1e9),
                            settings.number("weightCap", 100, 0, 1e9)),
                    GaussianActors.Shape.free(settings),
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

    private ContinuousAwac(ContinuousTask task, Hyperparameters keys, LearnerContext context) {
        this.keys = keys;
        parts =
                GaussianActorCritic.create(
                        Awac.ID, task, keys.common(), keys.networks(), false, context);
        probe = context.probe();
    }

    /** Equal track: the round of all algorithms. Paper: everything once per batch, as published. */
    static ConfiguredAlgorithm configure(TaskShape shape, Settings settings, Track track) {
        ContinuousTask task = ContinuousTask.of(Awac.ID, shape);
        Hyperparameters keys = Hyperparameters.read(shape, settings);
        int criticPerActor = CriticPerActor.read(settings, track, PUBLISHED_CRITICS_PER_ACTOR);
        return new ConfiguredAlgorithm(
                Schedule.fullThenCritic(criticPerActor),
                context -> new ContinuousAwac(task, keys, context).learner());
    }

    private Learner learner() {
        return parts.learner(this::update, keys.targetRate());
    }

    private void update(TransitionBatch data, boolean full) {
        updateCritic(data);
        if (full) {
            probe.phase("actor");
            parts.cloneWeighted(data, means -> weight(data, means), () -> {});
        }
    }

    private void updateCritic(TransitionBatch data) {
        probe.phase("target");
        Tensor nextActions =
                sample(parts.actors().frozenMeans(data.nextObservations()), "next_action_noise");
        Tensor target =
                parts.critic()
                        .target(
                                keys.reward().of(data.rewards()),
                                keys.reward().done(data.dones()),
                                Critic.rows(data.nextState(), nextActions),
                                keys.discount());
        probe.value("next_actions", nextActions);
        parts.criticTraining().step(data, target);
    }

    /** min(exp(A/λ), cap) {@code [batch]}. */
    private Tensor weight(TransitionBatch data, Tensor means) {
        Tensor policyActions = sample(means, "policy_action_noise");
        Tensor policyValue = least(data.state(), policyActions);
        Tensor dataValue = least(data.state(), data.actions());
        Tensor advantage = dataValue.sub(policyValue);
        probe.value("policy_actions", policyActions);
        probe.value("policy_q", policyValue);
        probe.value("data_q", dataValue);
        probe.value("advantage", advantage);
        return keys.weights().of(advantage);
    }

    private Tensor sample(Tensor means, String draw) {
        return parts.actors().sample(means, parts.context().noise().normal(draw, means.shape()));
    }

    /** min_k Q_k {@code [batch]}, without gradients. */
    private Tensor least(Tensor state, Tensor actions) {
        Tensor values = parts.critic().online().frozenForward(Critic.rows(state, actions));
        return values.amin(new long[] {0}, false);
    }
}
