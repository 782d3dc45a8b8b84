package org.cfcql.baselines.implicitqlearning;

import java.util.ArrayList;
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
import org.cfcql.parts.ExpectileLoss;
import org.cfcql.parts.LossReport;
import org.cfcql.parts.discrete.AgentNetwork;
import org.cfcql.parts.discrete.DiscreteKeys;
import org.cfcql.parts.discrete.EpisodeActorCritic;
import org.cfcql.parts.discrete.EpisodeRows;
import org.cfcql.parts.discrete.WeightedCloning;

/** The branch of numbered actions; equations, keys and deviations are on the package's page. */
final class DiscreteImplicitQLearning {
    /**
     * What an experiment may set.
     *
     * @param common keys {@code sequences}, {@code hidden}, {@code critic.hidden}, {@code
     *     gradientClip}, {@code gamma}
     * @param learningRate key {@code lr}: Adam's of all three networks, 0.001 (spec 3.7)
     * @param expectile key {@code expectile}: τ = 0.7 (spec 3.7)
     * @param weights keys {@code inverseTemperature}: β = 3, and {@code weightCap}: 100 (spec 3.7)
     * @param targetRate key {@code targetTau}: rate of the moving average, 0.005 (spec 3.7)
     * @param cosineSteps key {@code cosineSteps}: T_max of the policy's learning rate in batches,
     *     10 050 000 as published (D-56)
     * @param heads key {@code twinHeads}: {@code separate}, or {@code shared} as published (D-56)
     */
    record Hyperparameters(
            DiscreteKeys common,
            double learningRate,
            ExpectileLoss expectile,
            AdvantageWeights weights,
            SoftUpdate targetRate,
            double cosineSteps,
            AgentNetwork.Heads heads) {
        static Hyperparameters read(Settings settings) {
            return new Hyperparameters(
                    DiscreteKeys.read(settings),
                    settings.number("lr", 0.001, 0, 10),
                    new ExpectileLoss(settings.number("expectile", 0.7, 0, 1)),
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
    private final AgentNetwork value;
    private final Optimiser criticOptimiser;
    private final WeightedCloning cloning;
    private final GradientClipping clipping;

    private DiscreteImplicitQLearning(
            TaskShape task, Hyperparameters keys, LearnerContext context) {
        this.keys = keys;
        parts = EpisodeActorCritic.create(ImplicitQLearning.ID, task, keys.common(), context);
        probe = context.probe();
        losses = parts.losses();
        clipping = parts.clipping();
        critic = parts.twinCritic("q", "q", keys.heads(), false);
        targetCritic = parts.twinCritic("target_q", "q", keys.heads(), false);
        value = AgentNetwork.value("value", task, keys.common().criticHidden(), context);
        List<Tensor> leaves = new ArrayList<>(critic.leaves());
        leaves.addAll(value.leaves());
        AdamSettings adam = AdamSettings.of(keys.learningRate());
        criticOptimiser = context.adam("critic", Role.CRITIC, leaves, adam);
        CosineDecay decay = new CosineDecay(keys.learningRate(), keys.cosineSteps());
        cloning = new WeightedCloning(parts.actor(), decay, clipping, losses, context);
    }

    static ConfiguredAlgorithm configure(TaskShape task, Settings settings) {
        Hyperparameters keys = Hyperparameters.read(settings);
        return new ConfiguredAlgorithm(
                Schedule.fullThenCritic(1),
                context -> new DiscreteImplicitQLearning(task, keys, context).learner());
    }

    private Learner learner() {
        return parts.learner(
                this::update,
                () -> keys.targetRate().apply(targetCritic.parameters(), critic.parameters()),
                List.of(critic.named(), targetCritic.named(), value.named()),
                List.of(critic::close, targetCritic::close, value::close));
    }

    private void update(EpisodeRows rows, boolean full) {
        Tensor advantage = updateCritic(rows);
        if (full) {
            Tensor weights = keys.weights().of(advantage);
            probe.phase("actor");
            cloning.update(rows, parts.actor().logProbabilities(rows), weights);
        }
    }

    /** One step of V and Q; returns u {@code [step, agent]} from before it. */
    private Tensor updateCritic(EpisodeRows rows) {
        probe.phase("target");
        Tensor states = rows.steps(rows.state());
        Tensor observations = rows.steps(rows.observations());
        List<Tensor> targets = targetCritic.frozenHeads(states, observations);
        Tensor targetValue =
                torch.minimum(rows.chosen(targets.get(0)), rows.chosen(targets.get(1)));
        probe.phase("critic");
        Tensor values = value.first(rows.state(), rows.observations()).select(2, 0);
        Tensor difference = targetValue.sub(rows.steps(values));
        Tensor valueLoss = keys.expectile().of(difference).mean();
        Tensor target = rows.oneStepReturns(values.detach(), keys.common().discount());
        Tensor criticLoss = critic.temporalDifferenceLoss(rows, target);
        losses.record("valueLoss", "value_loss", valueLoss);
        losses.record("criticLoss", "q_loss", criticLoss);
        probe.phase("backward");
        valueLoss.add(criticLoss).backward();
        losses.record("valueGradientNorm", "value_grad_norm", clipping.clipJointly(value.leaves()));
        losses.record("criticGradientNorm", "q_grad_norm", clipping.clipJointly(critic.leaves()));
        Tensor advantage = difference.detach();
        if (probe.listening()) {
            probe.value("mask", rows.mask());
            probe.value("v", rows.padRows(values));
            probe.value("target_q", rows.padSteps(targetValue));
            probe.value("advantage", rows.padSteps(advantage));
            probe.value("target", rows.padSteps(target));
            probe.gradients("value", value.gradients());
            probe.gradients("q", critic.gradients());
        }
        criticOptimiser.step();
        return advantage;
    }
}
