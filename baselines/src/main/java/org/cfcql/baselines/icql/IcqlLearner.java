package org.cfcql.baselines.icql;

import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.budget.Role;
import org.cfcql.cfcql.DiscreteLearner;
import org.cfcql.cfcql.EpisodeRows;
import org.cfcql.cfcql.LossReport;
import org.cfcql.cfcql.TargetCopy;
import org.cfcql.data.Batch;
import org.cfcql.data.EpisodeBatch;
import org.cfcql.learn.AdamSettings;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.Optimiser;
import org.cfcql.learn.Policy;
import org.cfcql.learn.Probe;
import org.cfcql.learn.RecurrentPolicy;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.UpdateStep;
import org.cfcql.nn.GradientClipping;
import org.cfcql.nn.RecurrentNetwork;
import org.cfcql.nn.Unrolled;

/**
 * Every agent learns its own values from the team's reward: double Q-learning with TD(λ) per agent
 * and CQL's penalty over all actions, those unavailable included, as published.
 */
final class IcqlLearner implements Learner {
    private final TaskShape task;
    private final IcqlHyperparameters parameters;
    private final LearnerContext context;
    private final Probe probe;
    private final RecurrentNetwork agent;
    private final RecurrentNetwork targetAgent;
    private final Optimiser optimiser;
    private final GradientClipping clipping;
    private final LossReport losses;

    IcqlLearner(
            String name, TaskShape task, IcqlHyperparameters parameters, LearnerContext context) {
        this.task = task;
        this.parameters = parameters;
        this.context = context;
        probe = context.probe();
        agent = DiscreteLearner.network(task, parameters.hidden(), "agent", context);
        targetAgent = DiscreteLearner.network(task, parameters.hidden(), "agent", context);
        optimiser =
                context.adam(
                        "agent",
                        Role.CRITIC,
                        agent.leaves(),
                        AdamSettings.of(parameters.learningRate()));
        clipping = new GradientClipping(parameters.gradientClip());
        losses = new LossReport(name, context.probe());
    }

    /** L = mean over steps and agents of ½(Q^i(a^i) − G^i)² + α(LSE^i − Q^i(a^i)). */
    @Override
    public void update(Batch batch, UpdateStep step) {
        try (PointerScope scope = new PointerScope()) {
            EpisodeRows rows =
                    new EpisodeRows(
                            (EpisodeBatch) batch,
                            parameters.layout(),
                            task.actionSpace().size(),
                            context.tensors());
            probe.phase("unroll");
            Unrolled unrolled =
                    agent.trainingUnroll(rows.slots(), rows.observations(), rows.previousActions());
            Tensor values = unrolled.values();
            probe.phase("target");
            Tensor target = target(rows, values.detach());
            probe.phase("loss");
            Tensor stepValues = rows.steps(values);
            Tensor chosen = rows.chosen(stepValues);
            Tensor tdLoss = chosen.sub(target).square().mean().mul(new Scalar(0.5));
            Tensor conservative = stepValues.logsumexp(2).sub(chosen).mean();
            Tensor loss = tdLoss.add(conservative, new Scalar(parameters.alpha()));
            losses.record("tdLoss", "td_loss", tdLoss);
            losses.record("conservativeLoss", "conservative_loss", conservative);
            losses.record("loss", "loss", loss);
            probe.phase("backward");
            loss.backward();
            unrolled.propagate();
            probe.phase("optimiser");
            losses.record("gradientNorm", "grad_norm", clipping.clipJointly(agent.leaves()));
            report(rows, values, target);
            optimiser.step();
        }
    }

    /** G^i {@code [step, agent]} (spec/algorithms.md 1.4 per agent). */
    private Tensor target(EpisodeRows rows, Tensor values) {
        Tensor targetValues =
                targetAgent.frozenUnroll(rows.slots(), rows.observations(), rows.previousActions());
        Tensor greedy = rows.greedy(values);
        Tensor best = targetValues.gather(2, greedy.unsqueeze(2)).select(2, 0);
        if (probe.listening()) {
            probe.value("target_q", rows.padRows(targetValues));
            probe.value("greedy", rows.padRows(greedy));
        }
        return rows.lambdaReturns(best, parameters.discount(), parameters.tdLambda());
    }

    private void report(EpisodeRows rows, Tensor values, Tensor target) {
        if (probe.listening()) {
            probe.value("mask", rows.mask());
            probe.value("q", rows.padRows(values));
            probe.value("target", rows.padSteps(target));
            probe.gradients("agent", agent.gradients());
        }
    }

    @Override
    public void updateTargets() {
        boolean due = parameters.targetCopy().isDue(optimiser.steps());
        if (due) {
            targetAgent.parameters().copyFrom(agent.parameters());
        }
        TargetCopy.report(due, context);
    }

    @Override
    public Policy policy() {
        return new RecurrentPolicy(agent, context.tensors(), task.observationSize());
    }

    @Override
    public List<NamedNetwork> networks() {
        return List.of(
                new NamedNetwork("agent", agent.named()),
                new NamedNetwork("target_agent", targetAgent.named()));
    }

    @Override
    public Map<String, Double> metrics() {
        return losses.last();
    }

    @Override
    public void close() {
        agent.close();
        targetAgent.close();
    }
}
