package org.cfcql.baselines.icql;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.budget.Role;
import org.cfcql.learn.AdamSettings;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.Optimiser;
import org.cfcql.learn.Probe;
import org.cfcql.learn.RecurrentPolicy;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.nn.GradientClipping;
import org.cfcql.nn.RecurrentNetwork;
import org.cfcql.nn.TrainingPass;
import org.cfcql.parts.ComposedLearner;
import org.cfcql.parts.LearnerParts;
import org.cfcql.parts.LossReport;
import org.cfcql.parts.discrete.DoubleQLearning;
import org.cfcql.parts.discrete.EpisodeNetworks;
import org.cfcql.parts.discrete.EpisodeRows;
import org.cfcql.parts.discrete.TargetCopy;

/** The branch of numbered actions; equations, keys and deviations are on the package's page. */
final class DiscreteIcql {
    private final TaskShape task;
    private final IcqlHyperparameters parameters;
    private final LearnerContext context;
    private final Probe probe;
    private final RecurrentNetwork agent;
    private final RecurrentNetwork targetAgent;
    private final DoubleQLearning doubleQ;
    private final Optimiser optimiser;
    private final GradientClipping clipping;
    private final LossReport losses;

    private DiscreteIcql(TaskShape task, IcqlHyperparameters parameters, LearnerContext context) {
        this.task = task;
        this.parameters = parameters;
        this.context = context;
        probe = context.probe();
        agent = EpisodeNetworks.recurrent(task, parameters.hidden(), "agent", context);
        targetAgent = EpisodeNetworks.recurrent(task, parameters.hidden(), "agent", context);
        doubleQ = new DoubleQLearning(targetAgent, probe);
        optimiser =
                context.adam(
                        "agent",
                        Role.CRITIC,
                        agent.leaves(),
                        AdamSettings.of(parameters.learningRate()));
        clipping = new GradientClipping(parameters.gradientClip());
        losses = new LossReport(Icql.ID, context);
    }

    static ConfiguredAlgorithm configure(TaskShape task, Settings settings) {
        IcqlHyperparameters parameters = IcqlHyperparameters.read(settings);
        return new ConfiguredAlgorithm(
                Schedule.fullThenCritic(1),
                context -> new DiscreteIcql(task, parameters, context).learner());
    }

    private Learner learner() {
        return new ComposedLearner<>(
                EpisodeRows.of(parameters.layout(), task, context.tensors()),
                (rows, full) -> update(rows),
                new LearnerParts(
                        losses,
                        new RecurrentPolicy(agent, context.tensors(), task.observationSize()),
                        List.of(
                                new NamedNetwork("agent", agent.named()).forActing(),
                                new NamedNetwork("target_agent", targetAgent.named())),
                        this::updateTargets,
                        List.of(agent::close, targetAgent::close)));
    }

    /** L = mean over steps and agents of ½(Q^i(a^i) − G^i)² + α(LSE^i − Q^i(a^i)). */
    private void update(EpisodeRows rows) {
        probe.phase("unroll");
        TrainingPass unrolled =
                agent.trainingUnroll(rows.slots(), rows.observations(), rows.previousActions());
        Tensor values = unrolled.values();
        probe.phase("target");
        // G^i [step, agent] (spec 1.4 per agent).
        Tensor target =
                rows.lambdaReturns(
                        doubleQ.values(rows, values.detach()),
                        parameters.discount(),
                        parameters.tdLambda());
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
        doubleQ.report(rows, values, target, agent);
        optimiser.step();
    }

    private void updateTargets() {
        boolean due = parameters.targetCopy().isDue(optimiser.steps());
        if (due) {
            targetAgent.parameters().copyFrom(agent.parameters());
        }
        TargetCopy.report(due, context);
    }
}
