package org.cfcql.baselines.maicq;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.budget.Role;
import org.cfcql.data.batch.Batch;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.learn.AdamSettings;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.Optimiser;
import org.cfcql.learn.Policy;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.learn.UpdateStep;
import org.cfcql.nn.Initialisation;
import org.cfcql.nn.InputNormalisation;
import org.cfcql.nn.SoftUpdate;
import org.cfcql.nn.Statistics;
import org.cfcql.nn.TrainingPass;
import org.cfcql.parts.LossReport;
import org.cfcql.parts.continuous.Actors;
import org.cfcql.parts.continuous.ContinuousKeys;
import org.cfcql.parts.continuous.ContinuousTask;
import org.cfcql.parts.continuous.Critic;
import org.cfcql.parts.continuous.CriticPerActor;
import org.cfcql.parts.continuous.GaussianActors;
import org.cfcql.parts.continuous.TeamReward;

/**
 * Implicit constraint Q-learning for n agents with continuous actions: ours, because nobody has
 * published one (spec 3.4, last paragraph). It is the single-agent form with a twin Q on the state
 * and all actions; a⁺ are the data's actions at the next index, B transitions in a minibatch:
 *
 * <pre>
 *   Z = min_k Q̄_k(s', a⁺_1 … a⁺_n)
 *   ρ = B/α · softmax over the minibatch of Z/β
 *   y = r + γ·(1 − done)·clip(ρ, 0, 1)·Z
 *   minimise Σ_k mean (Q_k(s, a) − y)²
 * </pre>
 *
 * <p>Policies, Gaussians with a mean by tanh, in a full update with δ from before the critic's
 * step:
 *
 * <pre>
 *   δ = y − min_k Q_k(s, a)
 *   w = B · softmax over the minibatch of δ/β'
 *   minimise −mean w·Σ_i log N(a_i; π_i(o_i), σ_i) + ½·1e-4·|θ|²
 * </pre>
 *
 * <p>Ours beyond the central critic: two heads and their minimum, as all critics here have; a
 * temperature of the policies that may differ (β' = β as published); networks, learning rate,
 * discount and target rate of the other algorithms, where the original has four layers of 256. The
 * next index crosses the ends of episodes (D-32). On the equal track five critic updates per policy
 * update, the targets following once per round.
 */
final class ContinuousMaicqLearner implements Learner {
    private static final int PUBLISHED_CRITICS_PER_ACTOR = 1;

    private final ContinuousTask task;
    private final Hyperparameters keys;
    private final LearnerContext context;
    private final LossReport losses;
    private final Critic critic;
    private final GaussianActors actors;
    private final Optimiser criticOptimiser;
    private final Optimiser actorOptimiser;
    private final List<NamedNetwork> networks;

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

    private ContinuousMaicqLearner(
            ContinuousTask task, Hyperparameters keys, LearnerContext context) {
        this.task = task;
        this.keys = keys;
        this.context = context;
        losses = new LossReport(Maicq.ID, context.probe());
        InputNormalisation.Kind kind = keys.common().normalisation();
        int hidden = keys.common().hidden();
        Initialisation forActors = Actors.initialisation(context);
        actors =
                GaussianActors.create(
                        forActors, kind, context.kernels(), task, hidden, keys.gaussian());
        Initialisation forCritic = Critic.initialisation(context);
        critic = Critic.create(forCritic, kind, context.kernels(), "", task.centralInput(), hidden);
        AdamSettings adam = AdamSettings.of(keys.common().learningRate());
        criticOptimiser = context.adam("critic", Role.CRITIC, critic.online().leaves(), adam);
        actorOptimiser = context.adam("actors", Role.ACTOR, actors.leaves(), adam);
        networks = new ArrayList<>(actors.named());
        networks.addAll(critic.named());
    }

    /** Equal track: the round of all algorithms. Paper: everything once per batch. */
    static ConfiguredAlgorithm configure(TaskShape shape, Settings settings, Track track) {
        ContinuousTask task = ContinuousTask.of(Maicq.ID, shape);
        Hyperparameters keys = Hyperparameters.read(shape, settings);
        int criticPerActor = CriticPerActor.read(settings, track, PUBLISHED_CRITICS_PER_ACTOR);
        return new ConfiguredAlgorithm(
                        Schedule.fullThenCritic(criticPerActor),
                        context -> new ContinuousMaicqLearner(task, keys, context))
                .readingNextActions(true);
    }

    @Override
    public void update(Batch batch, UpdateStep step) {
        TransitionBatch data = (TransitionBatch) batch;
        try (PointerScope scope = new PointerScope()) {
            Tensor error = updateCritic(data);
            if (step.kind() == UpdateStep.Kind.FULL) {
                updateActors(data, error);
            }
        }
    }

    /** One step of Q; returns δ {@code [batch]} from before it. */
    private Tensor updateCritic(TransitionBatch data) {
        Probe probe = context.probe();
        probe.phase("target");
        Tensor next =
                critic.target()
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
        probe.phase("critic");
        TrainingPass pass = critic.online().trainingPass(Critic.rows(data.state(), data.actions()));
        Tensor values = pass.values();
        Tensor loss = Critic.temporalDifferenceLoss(values, target);
        probe.value("next_q", next);
        probe.value("rho", ratio);
        probe.value("target", target);
        probe.value("q1", values.select(0, 0));
        probe.value("q2", values.select(0, 1));
        losses.record("criticLoss", "critic_loss", loss);
        loss.backward();
        pass.propagate();
        critic.report(probe);
        criticOptimiser.step();
        return target.sub(values.detach().amin(new long[] {0}, false));
    }

    private void updateActors(TransitionBatch data, Tensor error) {
        Probe probe = context.probe();
        probe.phase("actor");
        TrainingPass pass =
                actors.means().trainingPass(data.observations(), Statistics.BATCH_AND_TRACK);
        Tensor means = pass.values();
        Tensor logDensity = actors.logDensity(means, data.actions());
        Tensor weight = shares(error, keys.policyTemperature());
        Tensor loss = logDensity.sum(1).mul(weight).mean().neg();
        probe.value("td_error", error);
        probe.value("weight", weight);
        probe.value("log_prob", logDensity);
        losses.record("actorLoss", "actor_loss", loss);
        loss.backward();
        pass.propagate();
        for (Tensor leaf : actors.leaves()) {
            leaf.grad().add_(leaf.detach(), new Scalar(keys.weightDecay()));
        }
        actors.report(probe);
        actorOptimiser.step();
    }

    /** B·softmax over the minibatch of x/temperature {@code [batch]}: 1 on average. */
    private static Tensor shares(Tensor values, double temperature) {
        return values.div(new Scalar(temperature))
                .softmax(0)
                .mul(new Scalar((double) values.size(0)));
    }

    @Override
    public void updateTargets() {
        critic.follow(keys.targetRate());
    }

    @Override
    public Policy policy() {
        return actors.policy(context, task);
    }

    @Override
    public List<NamedNetwork> networks() {
        return List.copyOf(networks);
    }

    @Override
    public Map<String, Double> metrics() {
        return losses.last();
    }

    @Override
    public void close() {
        actors.close();
        critic.close();
    }
}
