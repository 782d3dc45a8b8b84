package org.cfcql.baselines.omar;

import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.budget.Role;
import org.cfcql.learn.AdamSettings;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.Optimiser;
import org.cfcql.learn.Probe;
import org.cfcql.learn.RecurrentPolicy;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.nn.GradientClipping;
import org.cfcql.parts.LossReport;
import org.cfcql.parts.discrete.AgentNetwork;
import org.cfcql.parts.discrete.DiscreteKeys;
import org.cfcql.parts.discrete.EpisodeActorCritic;
import org.cfcql.parts.discrete.EpisodeRows;
import org.cfcql.parts.discrete.InnerTimeLoop;
import org.cfcql.parts.discrete.RecurrentActor;
import org.cfcql.parts.discrete.TargetCopy;

/** The branch of numbered actions; equations, keys and deviations are on the package's page. */
final class DiscreteOmar {
    private static final double SMALL = 1e-5;

    /** What of a batch the penalty and the imitation see (D-53). */
    enum Mode {
        /** As published. */
        CODE,
        /** Available actions in steps of the data; the best of them. */
        MASKED,
        /** As masked, but the best that a search over logits finds. */
        CEM
    }

    /**
     * What an experiment may set.
     *
     * @param common keys {@code sequences}, {@code hidden}, {@code critic.hidden}, {@code
     *     gradientClip}, {@code gamma}
     * @param mode key {@code omarD.mode}: {@code code}, {@code masked} or {@code cem} (D-53)
     * @param search keys {@code search}, with {@code cem} only
     * @param innerLoop key {@code innerTimeLoop} (D-65)
     * @param heads key {@code twinHeads}: {@code separate}, or {@code shared} as published (D-56)
     * @param alpha key {@code alpha}: weight of the penalty, 5 (spec 3.5)
     * @param coefficient key {@code omar.coefficient}: c, 0.5 (spec 3.5)
     * @param tdLambda key {@code td.lambda}: 0.6 (spec 3.5)
     * @param learningRate key {@code lr}: Adam's of the policy, 0.001 (spec 3.5)
     * @param criticLearningRate key {@code criticLr}: Adam's of the critics, 0.001 (spec 3.5)
     * @param targetCopy keys {@code target}: in batches (spec 1.8)
     */
    record Hyperparameters(
            DiscreteKeys common,
            Mode mode,
            LogitSearch search,
            InnerTimeLoop innerLoop,
            AgentNetwork.Heads heads,
            double alpha,
            double coefficient,
            double tdLambda,
            double learningRate,
            double criticLearningRate,
            TargetCopy targetCopy) {
        static Hyperparameters read(Settings settings, Track track) {
            Mode mode =
                    switch (settings.choice("omarD.mode", "code", "code", "masked", "cem")) {
                        case "masked" -> Mode.MASKED;
                        case "cem" -> Mode.CEM;
                        default -> Mode.CODE;
                    };
            return new Hyperparameters(
                    DiscreteKeys.read(settings),
                    mode,
                    LogitSearch.read(settings, mode == Mode.CEM),
                    InnerTimeLoop.read(settings, track),
                    DiscreteKeys.twinHeads(settings),
                    settings.number("alpha", 5, 0, 1e9),
                    settings.number("omar.coefficient", 0.5, 0, 1),
                    settings.number("td.lambda", 0.6, 0, 1),
                    settings.number("lr", 0.001, 0, 10),
                    settings.number("criticLr", 0.001, 0, 10),
                    TargetCopy.read(settings));
        }
    }

    private final TaskShape task;
    private final Hyperparameters keys;
    private final LearnerContext context;
    private final Probe probe;
    private final LossReport losses;
    private final EpisodeActorCritic parts;
    private final RecurrentActor actor;
    private final RecurrentActor targetActor;
    private final AgentNetwork critic;
    private final AgentNetwork targetCritic;
    private final Optimiser actorOptimiser;
    private final Optimiser criticOptimiser;
    private final GradientClipping clipping;

    private DiscreteOmar(TaskShape task, Hyperparameters keys, LearnerContext context) {
        this.task = task;
        this.keys = keys;
        this.context = context;
        probe = context.probe();
        parts = EpisodeActorCritic.create(Omar.ID, task, keys.common(), context);
        losses = parts.losses();
        clipping = parts.clipping();
        actor = parts.actor();
        targetActor = new RecurrentActor(task, keys.common().hidden(), context);
        critic = parts.twinCritic("critic", "critic", keys.heads(), true);
        targetCritic = parts.twinCritic("target_critic", "critic", keys.heads(), true);
        criticOptimiser =
                context.adam(
                        "critic",
                        Role.CRITIC,
                        critic.leaves(),
                        AdamSettings.of(keys.criticLearningRate()));
        actorOptimiser =
                context.adam(
                        "actor",
                        Role.ACTOR,
                        actor.network().leaves(),
                        AdamSettings.of(keys.learningRate()));
    }

    static ConfiguredAlgorithm configure(TaskShape task, Settings settings, Track track) {
        Hyperparameters keys = Hyperparameters.read(settings, track);
        return new ConfiguredAlgorithm(
                keys.innerLoop().schedule(task.episodeLimit()),
                context -> new DiscreteOmar(task, keys, context).learner());
    }

    private Learner learner() {
        return parts.learner(
                this::update,
                // Copied within the update, before the policy's step.
                () -> {},
                List.of(critic.named(), targetActor.named("target_"), targetCritic.named()),
                List.of(targetActor::close, critic::close, targetCritic::close));
    }

    private void update(EpisodeRows rows, boolean full) {
        updateCritic(rows);
        copyTargetsIfDue();
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
        Tensor unavailable = rows.steps(rows.available()).logical_not();
        keys.innerLoop()
                .run(
                        rows,
                        span -> {
                            Tensor loss = null;
                            for (Tensor values :
                                    critic.heads(span.of(states), span.of(observations))) {
                                Tensor chosen = values.gather(2, span.of(actions)).select(2, 0);
                                Tensor error = chosen.sub(span.of(target)).square().mean();
                                Tensor penalty =
                                        penalised(values, span.of(unavailable))
                                                .logsumexp(2)
                                                .sub(chosen)
                                                .mean()
                                                .mul(new Scalar(keys.alpha()));
                                Tensor head = error.add(penalty);
                                loss = loss == null ? head : loss.add(head);
                            }
                            return loss;
                        },
                        critic.leaves(),
                        clipping,
                        criticOptimiser,
                        losses,
                        context,
                        () -> probe.gradients("critic", critic.gradients()));
    }

    private Tensor penalised(Tensor values, Tensor unavailable) {
        return keys.mode() == Mode.CODE
                ? values
                : values.masked_fill(unavailable, new Scalar(Double.NEGATIVE_INFINITY));
    }

    /** y {@code [step, agent]}. */
    private Tensor target(EpisodeRows rows) {
        Tensor policy = targetActor.frozenLogProbabilities(rows);
        Tensor actions = RecurrentPolicy.greedy(policy, rows.available());
        List<Tensor> heads = targetCritic.frozenHeads(rows.state(), rows.observations());
        Tensor first = returns(rows, heads.get(0), actions);
        Tensor second = returns(rows, heads.get(1), actions);
        Tensor target = torch.minimum(first, second);
        if (probe.listening()) {
            probe.value("mask", rows.mask());
            probe.value("target_policy", rows.padRows(probabilities(policy, rows.available())));
            probe.value("target_action", rows.padRows(actions));
            probe.value("target_1", rows.padSteps(first));
            probe.value("target_2", rows.padSteps(second));
            probe.value("target", rows.padSteps(target));
        }
        return target;
    }

    private Tensor returns(EpisodeRows rows, Tensor values, Tensor actions) {
        Tensor chosen = values.gather(2, actions.unsqueeze(2)).select(2, 0);
        return rows.lambdaReturns(chosen, keys.common().discount(), keys.tdLambda());
    }

    /** π with unavailable actions at 0, on padding too. */
    private static Tensor probabilities(Tensor logProbabilities, Tensor available) {
        return logProbabilities.exp().masked_fill(available.logical_not(), new Scalar(0.0));
    }

    /** The published order: after the critic's loop, before the policy's step. */
    private void copyTargetsIfDue() {
        boolean due = keys.targetCopy().isDue(actorOptimiser.steps() + 1);
        if (due) {
            targetActor.network().parameters().copyFrom(actor.network().parameters());
            targetCritic.parameters().copyFrom(critic.parameters());
        }
        TargetCopy.report(due, context);
    }

    private void updateActor(EpisodeRows rows) {
        probe.phase("actor");
        Tensor policy = probabilities(actor.logProbabilities(rows), rows.available());
        Tensor values = critic.frozenFirst(rows.state(), rows.observations());
        Tensor found = found(rows, values, policy.detach());
        Tensor stepPolicy = rows.steps(policy);
        Tensor stepValues = rows.steps(values);
        Tensor expected = stepPolicy.detach().mul(stepValues).sum(2);
        Tensor advantage = rows.chosen(stepValues).sub(expected);
        Tensor logProbability = rows.chosen(stepPolicy).add(new Scalar(SMALL)).log();
        Tensor improvement = advantage.mul(logProbability).mean().neg();
        Tensor imitation = imitation(rows, policy, found);
        Tensor loss =
                improvement
                        .mul(new Scalar(1 - keys.coefficient()))
                        .add(imitation, new Scalar(keys.coefficient()));
        if (probe.listening()) {
            probe.value("q", rows.padSteps(stepValues));
            probe.value("probability", rows.padSteps(stepPolicy));
            probe.value("greedy", rows.padSteps(rows.steps(found)));
            probe.value("advantage", rows.padSteps(advantage));
        }
        losses.record("improvementLoss", "policy_loss_advantage", improvement);
        losses.record("imitationLoss", "policy_loss_search", imitation);
        actor.step(loss, actorOptimiser, clipping, losses);
    }

    /** â {@code [row, agent]}. */
    private Tensor found(EpisodeRows rows, Tensor values, Tensor policy) {
        return switch (keys.mode()) {
            case CODE -> values.argmax(new LongOptional(2), false);
            case MASKED -> rows.greedy(values);
            case CEM -> keys.search().run(values, rows.available(), policy, context.noise());
        };
    }

    /** mean (π − onehot(â))². */
    private Tensor imitation(EpisodeRows rows, Tensor policy, Tensor found) {
        Tensor imitated =
                policy.detach()
                        .new_zeros(policy.shape())
                        .scatter_(2, found.unsqueeze(2), new Scalar(1.0));
        Tensor squares = policy.sub(imitated).square();
        if (keys.mode() != Mode.CODE) {
            Tensor available = rows.steps(rows.available());
            return rows.steps(squares).masked_select(available).mean();
        }
        // Every slot before the limit counts; where nothing is computed π is 0 and â is one action.
        long limit = task.episodeLimit();
        long counted = rows.slots().rowsBefore(limit);
        long slots = rows.slots().episodes() * limit;
        long agents = task.agents();
        return squares.narrow(0, 0, counted)
                .sum()
                .add(new Scalar((double) ((slots - counted) * agents)))
                .div(new Scalar((double) (slots * agents * task.actionSpace().size())));
    }
}
