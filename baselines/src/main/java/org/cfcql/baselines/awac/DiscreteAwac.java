package org.cfcql.baselines.awac;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.budget.Role;
import org.cfcql.learn.AdamSettings;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.Optimiser;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.nn.GradientClipping;
import org.cfcql.nn.SoftUpdate;
import org.cfcql.parts.AdvantageWeights;
import org.cfcql.parts.CosineDecay;
import org.cfcql.parts.LossReport;
import org.cfcql.parts.discrete.AgentNetwork;
import org.cfcql.parts.discrete.DiscreteKeys;
import org.cfcql.parts.discrete.EpisodeActorCritic;
import org.cfcql.parts.discrete.EpisodeRows;
import org.cfcql.parts.discrete.RecurrentActor;
import org.cfcql.parts.discrete.WeightedCloning;

/** The branch of numbered actions; equations, keys and deviations are on the package's page. */
final class DiscreteAwac {
    /**
     * What an experiment may set.
     *
     * @param common keys {@code sequences}, {@code hidden}, {@code critic.hidden}, {@code
     *     gradientClip}, {@code gamma}
     * @param learningRate key {@code lr}: Adam's of both networks, 0.001 (spec 3.8)
     * @param weights keys {@code inverseTemperature}: β = 3, and {@code weightCap}: 100 (spec 3.8)
     * @param targetRate key {@code targetTau}: rate of the moving average, 0.005 (spec 3.8)
     * @param cosineSteps key {@code cosineSteps}: T_max of the policy's learning rate in batches,
     *     10 050 000 as published (D-56)
     * @param heads key {@code twinHeads}: {@code separate}, or {@code shared} as published (D-56)
     */
    record Hyperparameters(
            DiscreteKeys common,
            double learningRate,
            AdvantageWeights weights,
            SoftUpdate targetRate,
            double cosineSteps,
            AgentNetwork.Heads heads) {
        static Hyperparameters read(Settings settings) {
            return new Hyperparameters(
                    DiscreteKeys.read(settings),
                    settings.number("lr", 0.001, 0, 10),
                    WeightedCloning.weights(settings),
                    new SoftUpdate(settings.number("targetTau", 0.005, 0, 1)),
                    WeightedCloning.cosineSteps(settings),
                    DiscreteKeys.twinHeads(settings));
        }
    }

    private final Hyperparameters keys;
    private final EpisodeActorCritic parts;
    private final Probe probe;
    private final LossReport losses;
    private final AgentNetwork critic;
    private final AgentNetwork targetCritic;
    private final Optimiser criticOptimiser;
    private final WeightedCloning cloning;
    private final GradientClipping clipping;

    private DiscreteAwac(TaskShape task, Hyperparameters keys, LearnerContext context) {
        this.keys = keys;
        parts = EpisodeActorCritic.create(Awac.ID, task, keys.common(), context);
        probe = context.probe();
        losses = parts.losses();
        clipping = parts.clipping();
        critic = parts.twinCritic("q", "q", keys.heads(), false);
        targetCritic = parts.twinCritic("target_q", "q", keys.heads(), false);
        List<Tensor> leaves = critic.leaves();
        AdamSettings adam = AdamSettings.of(keys.learningRate());
        criticOptimiser = context.adam("critic", Role.CRITIC, leaves, adam);
        CosineDecay decay = new CosineDecay(keys.learningRate(), keys.cosineSteps());
        cloning = new WeightedCloning(parts.actor(), decay, clipping, losses, context);
    }

    static ConfiguredAlgorithm configure(TaskShape task, Settings settings) {
        Hyperparameters keys = Hyperparameters.read(settings);
        return new ConfiguredAlgorithm(
                Schedule.fullThenCritic(1),
                context -> new DiscreteAwac(task, keys, context).learner());
    }

    private Learner learner() {
        return parts.learner(
                this::update,
                () -> keys.targetRate().apply(targetCritic.parameters(), critic.parameters()),
                List.of(critic.named(), targetCritic.named()),
                List.of(critic::close, targetCritic::close));
    }

    private void update(EpisodeRows rows, boolean full) {
        probe.phase("unroll");
        RecurrentActor actor = parts.actor();
        Tensor logProbabilities =
                full ? actor.logProbabilities(rows) : actor.frozenLogProbabilities(rows);
        Tensor advantage = updateCritic(rows, logProbabilities.detach().exp());
        if (full) {
            probe.phase("actor");
            cloning.update(rows, logProbabilities, keys.weights().of(advantage));
        }
    }

    /**
     * One step of both critics.
     *
     * @param policy π {@code [row, agent, action]}
     * @return A {@code [step, agent]} from before it
     */
    private Tensor updateCritic(EpisodeRows rows, Tensor policy) {
        probe.phase("target");
        List<Tensor> targets = targetCritic.frozenHeads(rows.state(), rows.observations());
        Tensor pessimistic = torch.minimum(targets.get(0), targets.get(1));
        Tensor values = policy.mul(pessimistic).sum(2);
        Tensor targetValue = rows.chosen(rows.steps(pessimistic));
        Tensor advantage = targetValue.sub(rows.steps(values));
        Tensor target = rows.oneStepReturns(values, keys.common().discount());
        probe.phase("critic");
        Tensor criticLoss = critic.temporalDifferenceLoss(rows, target);
        losses.record("criticLoss", "q_loss", criticLoss);
        probe.phase("backward");
        criticLoss.backward();
        losses.record("criticGradientNorm", "q_grad_norm", clipping.clipJointly(critic.leaves()));
        if (probe.listening()) {
            probe.value("mask", rows.mask());
            probe.value("v", rows.padRows(values));
            probe.value("target_q", rows.padSteps(targetValue));
            probe.value("advantage", rows.padSteps(advantage));
            probe.value("target", rows.padSteps(target));
            probe.gradients("q", critic.gradients());
        }
        criticOptimiser.step();
        return advantage;
    }
}
