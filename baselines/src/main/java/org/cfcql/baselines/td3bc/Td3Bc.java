package org.cfcql.baselines.td3bc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.baselines.independent.IndependentHyperparameters;
import org.cfcql.baselines.independent.IndependentLearner;
import org.cfcql.baselines.independent.IndependentRounds;
import org.cfcql.baselines.independent.Objective;
import org.cfcql.baselines.independent.ValueObjective;
import org.cfcql.budget.Role;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.learn.AdamSettings;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Capabilities;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.KnownName;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.Optimiser;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Publication;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.learn.UpdateStep;
import org.cfcql.nn.SoftUpdate;
import org.cfcql.nn.Statistics;
import org.cfcql.nn.TrainingPass;
import org.cfcql.parts.ComposedLearner;
import org.cfcql.parts.LearnerParts;
import org.cfcql.parts.LossReport;
import org.cfcql.parts.continuous.Actors;
import org.cfcql.parts.continuous.ContinuousKeys;
import org.cfcql.parts.continuous.ContinuousTask;
import org.cfcql.parts.continuous.Critic;
import org.cfcql.parts.continuous.CriticPerActor;
import org.cfcql.parts.continuous.CriticTraining;
import org.cfcql.parts.continuous.TargetNoise;
import org.cfcql.parts.continuous.TeamReward;
import org.cfcql.perf.ArithmeticFloor;
import org.cfcql.perf.ContinuousSizes;
import org.cfcql.perf.MeasuredAlgorithm;

/**
 * TD3+BC (Fujimoto and Gu, 2021) for n agents with a central critic (spec 3.9).
 *
 * <p>Critic, twin heads on the state and all actions:
 *
 * <pre>
 *   ã_i = clip(π̄_i(o'_i) + clip(σ·ε, ±c), ±1)
 *   y   = r + γ·(1 − done)·min_k Q̄_k(s', ã_1 … ã_n)
 *   minimise MSE(Q_1(s, a), y) + MSE(Q_2(s, a), y)
 * </pre>
 *
 * <p>Policies, after the critic step of a full update:
 *
 * <pre>
 *   minimise −(α / mean|Q_1|)·mean Q_1(s, π_1(o_1) … π_n(o_n)) + mean_i MSE(π_i(o_i), a_i)
 * </pre>
 *
 * <p>Key {@code critic}: {@code central} as above, or {@code independent}, where every agent has a
 * critic on its own observation, action and reward, as behind the numbers of the paper's column
 * (D-58); nothing more is known of that form. Deviations from the single-agent original: networks
 * with the input normalisation of the other algorithms unless {@code norm.input} is {@code none};
 * learning rate, discount and target rate of the other algorithms; on the equal track five critic
 * updates per policy update instead of two, the targets following once per round; states and
 * rewards are not normalised.
 */
public final class Td3Bc implements MeasuredAlgorithm {
    private static final String ID = "td3-bc";
    private static final int PUBLISHED_DELAY = 2;

    /** The form of OG-MARL, read at commit 5b158ba. */
    private static final KnownName INDEPENDENT =
            new KnownName(
                    "iddpg+bc",
                    Branch.CONTINUOUS,
                    Map.of("alpha", 2.5, "critic", "independent", "targetNoise", 0),
                    "OG-MARL's policies are recurrent and its critics see the state; networks,"
                            + " rates and targets are the harness's");

    /**
     * What an experiment may set.
     *
     * @param alpha key {@code alpha}: weight of the value against the cloning, 2.5 as published
     * @param targetNoise keys {@code targetNoise} and {@code targetNoiseClip}: σ and c, 0.2 and 0.5
     *     as published; 0.05 and 0 (no clip) is the form of CFCQL (spec 2.2)
     * @param common keys {@code lr}, {@code hidden}, {@code norm.input}
     * @param discount key {@code gamma} (spec 2.6)
     * @param targetRate key {@code targetTau}: soft-update rate (spec 2.6)
     * @param reward key {@code reward.aggregation}: agent 0's, or the mean over agents (D-27)
     */
    record Hyperparameters(
            double alpha,
            TargetNoise targetNoise,
            ContinuousKeys common,
            double discount,
            SoftUpdate targetRate,
            TeamReward reward) {
        static Hyperparameters read(TaskShape task, Settings settings, boolean central) {
            return new Hyperparameters(
                    settings.number("alpha", 2.5, 0, 1e6),
                    TargetNoise.read(settings, 0.2, 0.5),
                    ContinuousKeys.read(task, settings),
                    settings.number("gamma", ContinuousKeys.DISCOUNT, 0, 1),
                    new SoftUpdate(
                            settings.number("targetTau", ContinuousKeys.targetRate(task), 0, 1)),
                    central ? TeamReward.read(settings) : TeamReward.AGENT0);
        }

        /** The same for critics of single agents, without clipping of gradients. */
        IndependentHyperparameters independent() {
            return new IndependentHyperparameters(
                    common,
                    discount,
                    targetRate,
                    targetNoise,
                    Double.POSITIVE_INFINITY,
                    Optional.empty());
        }

        /** The policies' loss with a critic per agent. */
        Tensor independentLoss(Objective.Improvement improvement) {
            Tensor actions = improvement.data().actions();
            return loss(
                    improvement.policy(),
                    actions,
                    ValueObjective.values(improvement),
                    improvement.context().probe(),
                    improvement.losses());
        }

        /** −(α/mean|Q_1|)·mean Q_1 + MSE(π, a). */
        private Tensor loss(
                Tensor policy, Tensor actions, Tensor values, Probe probe, LossReport losses) {
            // The scale normalises the values' size; it is a constant for the gradient.
            Tensor scale = values.detach().abs().mean().reciprocal().mul(new Scalar(alpha));
            Tensor cloning = policy.sub(actions).square().mean();
            probe.value("policy_q1", values);
            probe.value("q_scale", scale);
            losses.record("cloningLoss", "cloning_loss", cloning);
            return cloning.sub(scale.mul(values.mean()));
        }
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String title() {
        return "TD3+BC";
    }

    @Override
    public Publication publication() {
        return new Publication(List.of("MATD3-BC", "TD3+BC"), List.of("critic"));
    }

    @Override
    public Optional<ArithmeticFloor> floor(ContinuousSizes task) {
        return Optional.of(Td3BcArithmetic.of(task));
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(Set.of(Branch.CONTINUOUS), false);
    }

    @Override
    public List<KnownName> knownNames() {
        return List.of(INDEPENDENT);
    }

    @Override
    public ConfiguredAlgorithm configure(TaskShape task, Settings settings, Track track) {
        ContinuousTask sizes = ContinuousTask.of(ID, task);
        boolean central = isCentral(settings);
        Hyperparameters keys = Hyperparameters.read(task, settings, central);
        int delay = CriticPerActor.read(settings, track, PUBLISHED_DELAY);
        return new ConfiguredAlgorithm(
                schedule(task, central, delay, track),
                context ->
                        central
                                ? new Central(sizes, keys, context).learner()
                                : new IndependentLearner(
                                        ID,
                                        sizes,
                                        keys.independent(),
                                        keys::independentLoss,
                                        context));
    }

    private static boolean isCentral(Settings settings) {
        boolean central =
                settings.choice("critic", "central", "central", "independent").equals("central");
        if (!central) {
            settings.refuseInert(
                    "reward.aggregation", "every agent has its own reward, leave it out");
        }
        return central;
    }

    /** Equal track: the round of all algorithms. Paper: policies and targets every 2nd update. */
    private static Schedule schedule(TaskShape task, boolean central, int delay, Track track) {
        if (track == Track.EQUAL) {
            return Schedule.fullThenCritic(delay);
        }
        if (!central) {
            return IndependentRounds.inTurn(task.agents(), delay);
        }
        List<UpdateStep> steps = new ArrayList<>();
        for (int update = 1; update < delay; update++) {
            steps.add(new UpdateStep(UpdateStep.Kind.CRITIC, UpdateStep.ALL_AGENTS, false));
        }
        steps.add(new UpdateStep(UpdateStep.Kind.FULL, UpdateStep.ALL_AGENTS, true));
        return new Schedule(steps);
    }

    /** The central form. */
    private static final class Central {
        private final ContinuousTask task;
        private final Hyperparameters keys;
        private final LearnerContext context;
        private final Probe probe;
        private final LossReport losses;
        private final Actors actors;
        private final Critic critic;
        private final CriticTraining criticTraining;
        private final Optimiser actorOptimiser;

        Central(ContinuousTask task, Hyperparameters keys, LearnerContext context) {
            this.task = task;
            this.keys = keys;
            this.context = context;
            probe = context.probe();
            losses = new LossReport(ID, context);
            actors = Actors.ofAll(task, keys.common(), context);
            critic = Critic.central(task, keys.common(), context);
            double learningRate = keys.common().learningRate();
            criticTraining = CriticTraining.byAdam(critic, learningRate, losses, context);
            AdamSettings adam = AdamSettings.of(learningRate);
            actorOptimiser = context.adam("actors", Role.ACTOR, actors.leaves(), adam);
        }

        Learner learner() {
            List<NamedNetwork> networks = new ArrayList<>(actors.named());
            networks.addAll(critic.named());
            return new ComposedLearner<>(
                    TransitionBatch.class::cast,
                    this::update,
                    new LearnerParts(
                            losses,
                            actors.policy(context, task),
                            networks,
                            this::updateTargets,
                            List.of(actors::close, critic::close)));
        }

        private void update(TransitionBatch data, boolean full) {
            updateCritic(data);
            if (full) {
                updateActors(data);
            }
        }

        private void updateCritic(TransitionBatch data) {
            probe.phase("target");
            Tensor nextActions =
                    keys.targetNoise()
                            .smooth(
                                    actors.target()
                                            .frozenForward(
                                                    data.nextObservations(), Statistics.BATCH),
                                    context.noise());
            Tensor target =
                    critic.target(
                            keys.reward().of(data.rewards()),
                            keys.reward().done(data.dones()),
                            Critic.rows(data.nextState(), nextActions),
                            keys.discount());
            criticTraining.step(data, target);
        }

        private void updateActors(TransitionBatch data) {
            probe.phase("actor");
            TrainingPass pass =
                    actors.online().trainingPass(data.observations(), Statistics.BATCH_AND_TRACK);
            Tensor policy = pass.values();
            Tensor values = critic.online().frozenFirst(Critic.rows(data.state(), policy));
            probe.value("policy_actions", policy);
            Tensor loss = keys.loss(policy, data.actions(), values, probe, losses);
            losses.record("actorLoss", "actor_loss", loss);
            loss.backward();
            pass.propagate();
            actors.report(probe);
            actorOptimiser.step();
        }

        private void updateTargets() {
            critic.follow(keys.targetRate());
            actors.follow(keys.targetRate());
        }
    }
}
