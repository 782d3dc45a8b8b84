package org.cfcql.baselines.independent;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.budget.Role;
import org.cfcql.data.batch.Batch;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.learn.AdamSettings;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.Optimiser;
import org.cfcql.learn.UpdateStep;
import org.cfcql.nn.GradientClipping;
import org.cfcql.nn.Initialisation;
import org.cfcql.nn.InputNormalisation;
import org.cfcql.nn.Statistics;
import org.cfcql.nn.TrainingPass;
import org.cfcql.parts.LossReport;
import org.cfcql.parts.continuous.Actors;
import org.cfcql.parts.continuous.ContinuousTask;
import org.cfcql.parts.continuous.Critic;
import org.cfcql.parts.penalty.ConservativeLoss;
import org.cfcql.parts.penalty.ConservativePenalty;
import org.cfcql.parts.penalty.PenaltyHyperparameters;
import org.cfcql.parts.penalty.PenaltySamples;

/**
 * n single-agent learners side by side, each on its own reward (spec 3.5):
 *
 * <pre>
 *   y = r_i + γ·(1 − done_i)·min_k Q̄_k(o'_i, π̄_i(o'_i))
 *   critic: minimise Σ_k mean (Q_k(o_i, a_i) − y)² + α·Σ_k mean (LSE_k − Q_k(o_i, a_i))
 *   policy: minimise the {@link Objective}
 * </pre>
 *
 * <p>All critics share one optimiser, and so do all policies: Adam works entry by entry and leaves
 * alone what has no gradient, so each agent gets exactly the steps of an optimiser of its own, and
 * an update of all agents is charged like one of a central critic. Metrics are those of the agent
 * updated last.
 *
 * <p>No update rule over parts: whose turn it is (the published rounds take one agent at a time) is
 * told to a {@link Learner} only.
 */
public final class IndependentLearner implements Learner {
    private final ContinuousTask task;
    private final IndependentHyperparameters keys;
    private final Objective objective;
    private final LearnerContext context;
    private final LossReport losses;
    private final List<Agent> agents = new ArrayList<>();
    private final Optimiser actorOptimiser;
    private final Optimiser criticOptimiser;

    /** Networks of one agent, and the conservative term of its critic. */
    private record Agent(Actors actor, Critic critic, Optional<ConservativePenalty> penalty) {}

    /**
     * Fresh networks.
     *
     * @param name algorithm id for messages
     */
    public IndependentLearner(
            String name,
            ContinuousTask task,
            IndependentHyperparameters keys,
            Objective objective,
            LearnerContext context) {
        this.task = task;
        this.keys = keys;
        this.objective = objective;
        this.context = context;
        losses = new LossReport(name, context);
        Initialisation forActors = Actors.initialisation(context);
        Initialisation forCritics = Critic.initialisation(context);
        for (int index = 0; index < task.agents(); index++) {
            agents.add(agent(index, forActors, forCritics));
        }
        AdamSettings adam = AdamSettings.of(keys.common().learningRate());
        List<Tensor> ofCritics = new ArrayList<>();
        agents.forEach(agent -> ofCritics.addAll(agent.critic().online().leaves()));
        criticOptimiser = context.adam("critics", Role.CRITIC, ofCritics, adam);
        List<Tensor> ofActors = new ArrayList<>();
        agents.forEach(agent -> ofActors.addAll(agent.actor().leaves()));
        actorOptimiser = context.adam("actors", Role.ACTOR, ofActors, adam);
    }

    private Agent agent(int index, Initialisation forActors, Initialisation forCritics) {
        InputNormalisation.Kind kind = keys.common().normalisation();
        int hidden = keys.common().hidden();
        Critic critic =
                Critic.create(
                        forCritics, kind, String.valueOf(index), task.independentInput(), hidden);
        return new Agent(
                Actors.create(forActors, kind, index, 1, task, hidden),
                critic,
                keys.penalty()
                        .map(
                                penalty ->
                                        ConservativePenalty.create(
                                                penalty,
                                                kind,
                                                critic.online(),
                                                context.compute())));
    }

    @Override
    public void update(Batch batch, UpdateStep step) {
        TransitionBatch data = (TransitionBatch) batch;
        List<Integer> turns =
                step.agent() == UpdateStep.ALL_AGENTS
                        ? IntStream.range(0, agents.size()).boxed().toList()
                        : List.of(step.agent());
        turns.forEach(index -> criticGradients(index, data));
        criticOptimiser.step();
        if (step.kind() == UpdateStep.Kind.FULL) {
            turns.forEach(index -> actorGradients(index, data));
            actorOptimiser.step();
        }
        if (context.probe().listening()) {
            try (PointerScope scope = new PointerScope()) {
                context.probe().value("evaluation_actions", policy().actions(data.observations()));
            }
        }
    }

    private void criticGradients(int index, TransitionBatch data) {
        try (PointerScope scope = new PointerScope()) {
            TransitionBatch own = data.ofAgent(index);
            Critic critic = agents.get(index).critic();
            Tensor target = target(index, own);
            context.probe().phase("critic");
            TrainingPass pass =
                    critic.online().trainingPass(Critic.rows(own.state(), own.actions()));
            Tensor values = pass.values();
            Tensor tdLoss = Critic.temporalDifferenceLoss(values, target);
            context.probe().value("target", target);
            context.probe().value("q1", values.select(0, 0));
            context.probe().value("q2", values.select(0, 1));
            losses.record("tdLoss", "td_loss", tdLoss);
            ConservativeLoss loss = backward(index, own, values, tdLoss);
            loss.conservative()
                    .ifPresent(
                            term -> losses.record("conservativeLoss", "conservative_loss", term));
            losses.record("criticLoss", "critic_loss", loss.value());
            pass.propagate();
            Tensor norm = clipping().clipJointly(critic.online().leaves());
            losses.record("criticGradientNorm", "critic_grad_norm", norm);
            critic.report(context.probe());
        }
    }

    private Tensor target(int index, TransitionBatch own) {
        context.probe().phase("target");
        Agent agent = agents.get(index);
        Tensor policy =
                agent.actor().target().frozenForward(own.nextObservations(), Statistics.BATCH);
        Tensor nextAction = keys.targetNoise().smooth(policy, context.noise());
        return agent.critic()
                .target(
                        own.rewards().select(1, 0),
                        own.dones().select(1, 0),
                        Critic.rows(own.nextState(), nextAction),
                        keys.discount());
    }

    private ConservativeLoss backward(
            int index, TransitionBatch own, Tensor values, Tensor tdLoss) {
        Agent agent = agents.get(index);
        if (agent.penalty().isEmpty()) {
            return ConservativeLoss.backward(tdLoss);
        }
        PenaltyHyperparameters term = keys.penalty().orElseThrow();
        context.probe().phase("penalty samples");
        PenaltySamples samples =
                PenaltySamples.draw(term, own, agent.actor().online(), context.noise());
        context.probe().phase("penalty");
        Tensor dataValue = values.mean(1).sum();
        Tensor weights = context.tensors().ones(own.size(), 1);
        ConservativePenalty.Pass pushedDown =
                agent.penalty().get().pass(own.state(), samples, weights, context.probe());
        return ConservativeLoss.backward(tdLoss, pushedDown, dataValue, term.alpha());
    }

    private void actorGradients(int index, TransitionBatch data) {
        try (PointerScope scope = new PointerScope()) {
            context.probe().phase("actor");
            TransitionBatch own = data.ofAgent(index);
            Agent agent = agents.get(index);
            TrainingPass pass =
                    agent.actor()
                            .online()
                            .trainingPass(own.observations(), Statistics.BATCH_AND_TRACK);
            Tensor policy = pass.values();
            context.probe().value("policy_actions", policy.select(1, 0));
            Tensor loss =
                    objective.loss(
                            new Objective.Improvement(
                                    own, policy, agent.critic().online(), context, losses));
            losses.record("actorLoss", "actor_loss", loss);
            loss.backward();
            pass.propagate();
            Tensor norm = clipping().clipJointly(agent.actor().leaves());
            losses.record("actorGradientNorm", "actor_grad_norm", norm);
            agent.actor().report(context.probe());
        }
    }

    private GradientClipping clipping() {
        return new GradientClipping(keys.gradientClip());
    }

    @Override
    public void updateTargets() {
        for (Agent agent : agents) {
            agent.critic().follow(keys.targetRate());
            agent.actor().follow(keys.targetRate());
        }
    }

    @Override
    public IndependentPolicy policy() {
        return new IndependentPolicy(
                agents.stream().map(agent -> agent.actor().online()).toList(),
                context.tensors(),
                task.agents(),
                task.observation());
    }

    @Override
    public List<NamedNetwork> networks() {
        List<NamedNetwork> networks = new ArrayList<>();
        for (Agent agent : agents) {
            networks.addAll(agent.actor().named());
            networks.addAll(agent.critic().named());
        }
        return networks;
    }

    @Override
    public Map<String, Double> metrics() {
        return losses.last();
    }

    @Override
    public void close() {
        for (Agent agent : agents) {
            agent.penalty().ifPresent(ConservativePenalty::close);
            agent.actor().close();
            agent.critic().close();
        }
        losses.close();
    }
}
