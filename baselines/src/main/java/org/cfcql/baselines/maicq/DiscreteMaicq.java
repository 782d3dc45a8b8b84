package org.cfcql.baselines.maicq;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.budget.Role;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.Optimiser;
import org.cfcql.learn.Probe;
import org.cfcql.learn.RmsPropSettings;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.nn.GradientClipping;
import org.cfcql.nn.MixingNetwork;
import org.cfcql.parts.LossReport;
import org.cfcql.parts.discrete.AgentNetwork;
import org.cfcql.parts.discrete.DiscreteKeys;
import org.cfcql.parts.discrete.EpisodeActorCritic;
import org.cfcql.parts.discrete.EpisodeRows;
import org.cfcql.parts.discrete.InnerTimeLoop;
import org.cfcql.parts.discrete.RecurrentActor;
import org.cfcql.parts.discrete.TargetCopy;

/** The branch of numbered actions; equations, keys and deviations are on the package's page. */
final class DiscreteMaicq {
    private static final int PUBLISHED_INTERVAL = 600;

    /**
     * What an experiment may set.
     *
     * @param common keys {@code sequences}, {@code hidden}, {@code critic.hidden}, {@code
     *     gradientClip}, {@code gamma}
     * @param innerLoop key {@code innerTimeLoop} (D-65)
     * @param embedding key {@code mixer.embedding}: width of the mixer's hidden layer, 32 (spec
     *     3.4)
     * @param tdLambda key {@code td.lambda}: 0.8 (spec 3.4)
     * @param targetTemperature key {@code targetTemperature}: β_target = 1000 (spec 3.4)
     * @param policyTemperature key {@code policyTemperature}: β_policy = 0.1 (spec 3.4)
     * @param policyRate keys {@code lr}: 0.0005, {@code rmsprop.decay}, {@code rmsprop.epsilon}:
     *     RMSprop of the policy (spec 3.4, 0.4)
     * @param criticRate key {@code criticLr}: 0.0001, RMSprop of critic and mixer (spec 3.4)
     * @param interval key {@code target.interval}: steps of the critic between copies, 600 as
     *     published (spec 3.4); where a batch takes one step, as many batches as the published loop
     *     needs on the longest episodes
     * @param stepsBefore key {@code target.stepsBefore}: steps that count as taken before, 0
     */
    record Hyperparameters(
            DiscreteKeys common,
            InnerTimeLoop innerLoop,
            int embedding,
            double tdLambda,
            double targetTemperature,
            double policyTemperature,
            RmsPropSettings policyRate,
            RmsPropSettings criticRate,
            int interval,
            int stepsBefore) {
        static Hyperparameters read(TaskShape task, Settings settings, Track track) {
            InnerTimeLoop loop = InnerTimeLoop.read(settings, track);
            int limit = Math.max(1, task.episodeLimit());
            int interval = loop.perTime() ? PUBLISHED_INTERVAL : ceiling(PUBLISHED_INTERVAL, limit);
            RmsPropSettings published = RmsPropSettings.of(0);
            double decay = settings.number("rmsprop.decay", published.decay(), 0, 1);
            double epsilon = settings.number("rmsprop.epsilon", published.epsilon(), 1e-30, 1);
            return new Hyperparameters(
                    DiscreteKeys.read(settings),
                    loop,
                    settings.count("mixer.embedding", 32, 1, 1 << 14),
                    settings.number("td.lambda", 0.8, 0, 1),
                    settings.number("targetTemperature", 1000, 1e-9, 1e12),
                    settings.number("policyTemperature", 0.1, 1e-9, 1e12),
                    new RmsPropSettings(settings.number("lr", 0.0005, 0, 10), decay, epsilon),
                    new RmsPropSettings(settings.number("criticLr", 0.0001, 0, 10), decay, epsilon),
                    settings.count("target.interval", interval, 1, 1 << 24),
                    settings.count("target.stepsBefore", 0, 0, 1 << 24));
        }

        private static int ceiling(int dividend, int divisor) {
            return (dividend + divisor - 1) / divisor;
        }
    }

    private final TaskShape task;
    private final Hyperparameters keys;
    private final LearnerContext context;
    private final Probe probe;
    private final LossReport losses;
    private final EpisodeActorCritic parts;
    private final RecurrentActor actor;
    private final AgentNetwork critic;
    private final AgentNetwork targetCritic;
    private final SingleLayerMixing mixer;
    private final SingleLayerMixing targetMixer;
    private final List<Tensor> criticLeaves = new ArrayList<>();
    private final Optimiser actorOptimiser;
    private final Optimiser criticOptimiser;
    private final GradientClipping clipping;
    private final InnerStepCopy targetCopy;

    private DiscreteMaicq(TaskShape task, Hyperparameters keys, LearnerContext context) {
        this.task = task;
        this.keys = keys;
        this.context = context;
        probe = context.probe();
        parts = EpisodeActorCritic.create(Maicq.ID, task, keys.common(), context);
        losses = parts.losses();
        clipping = parts.clipping();
        actor = parts.actor();
        int hidden = keys.common().criticHidden();
        critic = AgentNetwork.duelling("critic", "critic", task, hidden, context);
        targetCritic = AgentNetwork.duelling("target_critic", "critic", task, hidden, context);
        mixer = new SingleLayerMixing("mixer", task, keys.embedding(), context);
        targetMixer = new SingleLayerMixing("target_mixer", task, keys.embedding(), context);
        criticLeaves.addAll(critic.leaves());
        criticLeaves.addAll(mixer.leaves());
        criticOptimiser = context.rmsProp("critic", Role.CRITIC, criticLeaves, keys.criticRate());
        actorOptimiser =
                context.rmsProp("actor", Role.ACTOR, actor.network().leaves(), keys.policyRate());
        targetCopy = new InnerStepCopy(keys.interval(), keys.stepsBefore(), context);
    }

    static ConfiguredAlgorithm configure(TaskShape task, Settings settings, Track track) {
        Hyperparameters keys = Hyperparameters.read(task, settings, track);
        return new ConfiguredAlgorithm(
                keys.innerLoop().schedule(task.episodeLimit()),
                context -> new DiscreteMaicq(task, keys, context).learner());
    }

    private Learner learner() {
        return parts.learner(
                this::update,
                this::updateTargets,
                List.of(
                        critic.named(),
                        mixer.named(),
                        targetCritic.named(),
                        targetMixer.named(),
                        targetCopy.named()),
                List.of(
                        critic::close,
                        targetCritic::close,
                        mixer::close,
                        targetMixer::close,
                        targetCopy::close));
    }

    private void update(EpisodeRows rows, boolean full) {
        updateCritic(rows);
        if (full) {
            updateActor(rows);
        }
    }

    private void updateCritic(EpisodeRows rows) {
        probe.phase("target");
        Tensor target = target(rows);
        probe.phase("critic");
        Tensor states = rows.steps(rows.state());
        Tensor observations = rows.steps(rows.observations());
        Tensor actions = rows.stepActions().unsqueeze(2);
        keys.innerLoop()
                .run(
                        rows,
                        span -> {
                            Tensor state = span.of(states);
                            Tensor chosen =
                                    critic.first(state, span.of(observations))
                                            .gather(2, span.of(actions))
                                            .select(2, 0);
                            Tensor joint = mixer.mixer(state).mix(chosen);
                            return joint.sub(span.of(target)).square().mean();
                        },
                        criticLeaves,
                        clipping,
                        criticOptimiser,
                        losses,
                        context,
                        () -> {
                            probe.gradients("critic", critic.gradients());
                            probe.gradients("mixer", mixer.gradients());
                        });
    }

    /** y {@code [step]}. */
    private Tensor target(EpisodeRows rows) {
        Tensor values = targetCritic.frozenFirst(rows.state(), rows.observations());
        Tensor chosen = values.gather(2, rows.rowActions().unsqueeze(2)).select(2, 0);
        Tensor joint = targetMixer.frozenMixer(rows.state()).mix(chosen);
        Tensor padded = paddedValues(targetCritic).select(2, 0);
        Tensor paddedJoint = targetMixer.frozenMixer(paddedState()).mix(padded).select(0, 0);
        Tensor ratio = batchSoftmax(rows, joint, paddedJoint, keys.targetTemperature());
        Tensor weighted = ratio.mul(joint);
        Tensor target = rows.lambdaReturns(weighted, keys.common().discount(), keys.tdLambda());
        if (probe.listening()) {
            probe.value("mask", rows.mask());
            probe.value("target_q", rows.padRows(values));
            probe.value("target_q_tot", rows.padRows(joint));
            probe.value("rho", rows.padRows(ratio));
            probe.value("target_value", rows.padRows(weighted));
            probe.value("target", rows.padSteps(target));
        }
        return target;
    }

    /**
     * B·softmax over the episodes of a time index.
     *
     * @param perRow {@code [row, ...]}
     * @param padding {@code [...]}, the value of every padded slot
     */
    private static Tensor batchSoftmax(
            EpisodeRows rows, Tensor perRow, Tensor padding, double temperature) {
        Tensor everywhere = rows.fillRows(perRow, padding).div(new Scalar(temperature));
        double episodes = rows.slots().episodes();
        return rows.gatherRows(everywhere.softmax(0)).mul(new Scalar(episodes));
    }

    private Tensor paddedState() {
        return context.tensors().zeros(1, task.stateSize());
    }

    /** Values {@code [1, agent, action]} where state and observations are zero. */
    private Tensor paddedValues(AgentNetwork network) {
        Tensor nothing = context.tensors().zeros(1, task.agents(), task.observationSize());
        return network.frozenFirst(paddedState(), nothing);
    }

    private void updateActor(EpisodeRows rows) {
        probe.phase("actor");
        Tensor logProbabilities = actor.logProbabilities(rows);
        Tensor policy = logProbabilities.detach().exp();
        Tensor values = critic.frozenFirst(rows.state(), rows.observations());
        Tensor baseline = policy.mul(values).sum(2);
        Tensor chosen = values.gather(2, rows.rowActions().unsqueeze(2)).select(2, 0);
        Tensor padded = paddedValues(critic).select(0, 0);
        Tensor paddedAdvantage = padded.select(1, 0).sub(padded.mean(new long[] {1}));
        Tensor weights =
                rows.steps(
                        batchSoftmax(
                                rows,
                                chosen.sub(baseline),
                                paddedAdvantage,
                                keys.policyTemperature()));
        Tensor credit = credit(rows.steps(rows.state()));
        Tensor logProbability = rows.chosen(rows.steps(logProbabilities));
        Tensor loss = credit.mul(weights).mul(logProbability).mean().neg();
        if (probe.listening()) {
            probe.value("q", rows.padSteps(rows.steps(values)));
            probe.value("probability", rows.padSteps(rows.steps(policy)));
            probe.value("baseline", rows.padSteps(rows.steps(baseline)));
            probe.value("weight", rows.padSteps(weights));
            probe.value("credit", rows.padSteps(credit));
            probe.value("log_prob", rows.padSteps(logProbability));
        }
        actor.step(loss, actorOptimiser, clipping, losses);
    }

    /** k {@code [step, agent]}: an agent's share of the mixer's weights. */
    private Tensor credit(Tensor states) {
        MixingNetwork.Mixer mixing = mixer.frozenMixer(states);
        Tensor shares = torch.bmm(mixing.first(), mixing.second().unsqueeze(2)).select(2, 0);
        return shares.div(shares.sum(new long[] {1}).unsqueeze(1));
    }

    private void updateTargets() {
        boolean due = targetCopy.takeIfDue(criticOptimiser.steps());
        if (due) {
            targetCritic.parameters().copyFrom(critic.parameters());
            targetMixer.parameters().copyFrom(mixer.parameters());
        }
        TargetCopy.report(due, context);
        if (probe.listening()) {
            try (PointerScope scope = new PointerScope()) {
                double total = targetCopy.total(criticOptimiser.steps());
                probe.value("inner_steps", context.tensors().of(new double[] {total}));
            }
        }
    }
}
