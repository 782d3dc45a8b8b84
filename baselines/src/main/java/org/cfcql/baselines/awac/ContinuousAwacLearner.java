package org.cfcql.baselines.awac;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
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
import org.cfcql.parts.AdvantageWeights;
import org.cfcql.parts.LossReport;
import org.cfcql.parts.continuous.Actors;
import org.cfcql.parts.continuous.ContinuousKeys;
import org.cfcql.parts.continuous.ContinuousTask;
import org.cfcql.parts.continuous.Critic;
import org.cfcql.parts.continuous.CriticPerActor;
import org.cfcql.parts.continuous.GaussianActors;
import org.cfcql.parts.continuous.TeamReward;

/**
 * Advantage-weighted actor-critic for n agents with a central critic: ours, because the paper's
 * code has none (spec 3.8, D-57). Policies are Gaussians; there are no target policies. Twin Q on
 * the state and all actions:
 *
 * <pre>
 *   a'_i ~ clip(N(π_i(o'_i), σ_i), ±1)
 *   y    = r + γ·(1 − done)·min_k Q̄_k(s', a'_1 … a'_n)
 *   minimise Σ_k mean (Q_k(s, a) − y)²
 * </pre>
 *
 * <p>Policies, after the critic's step of a full update, with one advantage for all agents:
 *
 * <pre>
 *   A = min_k Q_k(s, a) − min_k Q_k(s, ã),  ã_i ~ clip(N(π_i(o_i), σ_i), ±1)
 *   minimise −mean min(exp(A/λ), cap)·Σ_i log N(a_i; π_i(o_i), σ_i)
 * </pre>
 *
 * <p>At n = 1 with {@code norm.input: none}, {@code layers: 3} and {@code actor.mean: linear} it is
 * the single-agent original. Deviations from it: networks, learning rate, discount and target rate
 * of the other algorithms here, means by tanh; on the equal track five critic updates per policy
 * update, the targets following once per round; states are not normalised otherwise than by {@code
 * norm.input}; evaluation clips linear means to ±1.
 */
final class ContinuousAwacLearner implements Learner {
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

    private ContinuousAwacLearner(
            ContinuousTask task, Hyperparameters keys, LearnerContext context) {
        this.task = task;
        this.keys = keys;
        this.context = context;
        losses = new LossReport(Awac.ID, context.probe());
        InputNormalisation.Kind kind = keys.common().normalisation();
        int hidden = keys.common().hidden();
        Initialisation forActors = Actors.initialisation(context);
        actors =
                GaussianActors.create(
                        forActors, kind, context.kernels(), task, hidden, keys.networks());
        int[] sizes = new int[keys.networks().layers() + 1];
        Arrays.fill(sizes, hidden);
        sizes[0] = task.centralInput();
        critic = Critic.layered(Critic.initialisation(context), kind, context.kernels(), "", sizes);
        AdamSettings adam = AdamSettings.of(keys.common().learningRate());
        criticOptimiser = context.adam("critic", Role.CRITIC, critic.online().leaves(), adam);
        actorOptimiser = context.adam("actors", Role.ACTOR, actors.leaves(), adam);
        networks = new ArrayList<>(actors.named());
        networks.addAll(critic.named());
    }

    /** Equal track: the round of all algorithms. Paper: everything once per batch, as published. */
    static ConfiguredAlgorithm configure(TaskShape shape, Settings settings, Track track) {
        ContinuousTask task = ContinuousTask.of(Awac.ID, shape);
        Hyperparameters keys = Hyperparameters.read(shape, settings);
        int criticPerActor = CriticPerActor.read(settings, track, PUBLISHED_CRITICS_PER_ACTOR);
        return new ConfiguredAlgorithm(
                Schedule.fullThenCritic(criticPerActor),
                context -> new ContinuousAwacLearner(task, keys, context));
    }

    @Override
    public void update(Batch batch, UpdateStep step) {
        TransitionBatch data = (TransitionBatch) batch;
        try (PointerScope scope = new PointerScope()) {
            updateCritic(data);
            if (step.kind() == UpdateStep.Kind.FULL) {
                updateActors(data);
            }
        }
    }

    private void updateCritic(TransitionBatch data) {
        Probe probe = context.probe();
        probe.phase("target");
        Tensor nextActions =
                sample(actors.frozenMeans(data.nextObservations()), "next_action_noise");
        Tensor target =
                critic.target(
                        keys.reward().of(data.rewards()),
                        keys.reward().done(data.dones()),
                        Critic.rows(data.nextState(), nextActions),
                        keys.discount());
        probe.phase("critic");
        TrainingPass pass = critic.online().trainingPass(Critic.rows(data.state(), data.actions()));
        Tensor values = pass.values();
        Tensor loss = Critic.temporalDifferenceLoss(values, target);
        probe.value("next_actions", nextActions);
        probe.value("target", target);
        probe.value("q1", values.select(0, 0));
        probe.value("q2", values.select(0, 1));
        losses.record("criticLoss", "critic_loss", loss);
        loss.backward();
        pass.propagate();
        critic.report(probe);
        criticOptimiser.step();
    }

    private void updateActors(TransitionBatch data) {
        Probe probe = context.probe();
        probe.phase("actor");
        TrainingPass pass =
                actors.means().trainingPass(data.observations(), Statistics.BATCH_AND_TRACK);
        Tensor means = pass.values();
        Tensor policyActions = sample(means, "policy_action_noise");
        Tensor policyValue = least(data.state(), policyActions);
        Tensor dataValue = least(data.state(), data.actions());
        Tensor advantage = dataValue.sub(policyValue);
        Tensor weight = keys.weights().of(advantage);
        Tensor logDensity = actors.logDensity(means, data.actions());
        Tensor loss = logDensity.sum(1).mul(weight).mean().neg();
        probe.value("policy_actions", policyActions);
        probe.value("policy_q", policyValue);
        probe.value("data_q", dataValue);
        probe.value("advantage", advantage);
        probe.value("weight", weight);
        probe.value("log_prob", logDensity);
        losses.record("actorLoss", "actor_loss", loss);
        loss.backward();
        pass.propagate();
        actors.report(probe);
        actorOptimiser.step();
    }

    private Tensor sample(Tensor means, String draw) {
        return actors.sample(
                means, context.noise().normal(draw, means.size(0), means.size(1), means.size(2)));
    }

    /** min_k Q_k {@code [batch]}, without gradients. */
    private Tensor least(Tensor state, Tensor actions) {
        Tensor values = critic.online().frozenForward(Critic.rows(state, actions));
        return values.amin(new long[] {0}, false);
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
