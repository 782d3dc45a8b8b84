package org.cfcql.baselines.matd3;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.baselines.actorcritic.Actors;
import org.cfcql.baselines.actorcritic.ContinuousTask;
import org.cfcql.baselines.actorcritic.Critic;
import org.cfcql.baselines.actorcritic.Losses;
import org.cfcql.budget.Role;
import org.cfcql.data.Batch;
import org.cfcql.data.TransitionBatch;
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

/** The independent form: n single-agent learners side by side, each on its own reward. */
final class IndependentLearner implements Learner {
    private final ContinuousTask task;
    private final IndependentHyperparameters keys;
    private final LearnerContext context;
    private final Losses losses;
    private final List<Agent> agents = new ArrayList<>();

    /** Networks and optimisers of one agent. */
    private record Agent(
            Actors actor, Critic critic, Optimiser actorOptimiser, Optimiser criticOptimiser) {}

    IndependentLearner(
            ContinuousTask task, IndependentHyperparameters keys, LearnerContext context) {
        this.task = task;
        this.keys = keys;
        this.context = context;
        losses = new Losses(Matd3.ID, context.probe());
        Initialisation forActors = Actors.initialisation(context);
        Initialisation forCritics = Critic.initialisation(context);
        InputNormalisation.Kind kind = keys.common().normalisation();
        AdamSettings adam = AdamSettings.of(keys.common().learningRate());
        for (int index = 0; index < task.agents(); index++) {
            Actors actor = Actors.create(forActors, kind, index, 1, task, keys.common().hidden());
            Critic critic =
                    Critic.create(
                            forCritics,
                            kind,
                            String.valueOf(index),
                            task.independentInput(),
                            keys.common().hidden());
            agents.add(
                    new Agent(
                            actor,
                            critic,
                            context.adam("actor" + index, Role.ACTOR, actor.leaves(), adam),
                            context.adam(
                                    "critic" + index,
                                    Role.CRITIC,
                                    critic.online().leaves(),
                                    adam)));
        }
    }

    @Override
    public void update(Batch batch, UpdateStep step) {
        TransitionBatch data = (TransitionBatch) batch;
        boolean all = step.agent() == UpdateStep.ALL_AGENTS;
        IntStream.range(0, agents.size())
                .filter(index -> all || index == step.agent())
                .forEach(index -> updateAgent(index, data, step.kind()));
        if (context.probe().listening()) {
            try (PointerScope scope = new PointerScope()) {
                context.probe().value("evaluation_actions", policy().actions(data.observations()));
            }
        }
    }

    private void updateAgent(int index, TransitionBatch data, UpdateStep.Kind kind) {
        try (PointerScope scope = new PointerScope()) {
            updateCritic(index, data);
            if (kind == UpdateStep.Kind.FULL) {
                updateActor(index, data);
            }
        }
    }

    /** y = r_i + γ·(1 − done_i)·min Q̄_i(o'_i, π̄_i(o'_i)), regression of both heads. */
    private void updateCritic(int index, TransitionBatch data) {
        Agent agent = agents.get(index);
        context.probe().phase("target");
        Tensor next = own(data.nextObservations(), index);
        Tensor nextAction =
                keys.targetNoise()
                        .smooth(
                                agent.actor().target().frozenForward(next, Statistics.BATCH),
                                context.noise());
        Tensor target =
                agent.critic()
                        .target(
                                data.rewards().select(1, index),
                                data.dones().select(1, index),
                                Critic.rows(next.select(1, 0), nextAction),
                                keys.discount());
        context.probe().phase("critic");
        Tensor rows =
                Critic.rows(data.observations().select(1, index), data.actions().select(1, index));
        Tensor values = agent.critic().online().forward(rows);
        Tensor loss = Critic.temporalDifferenceLoss(values, target);
        context.probe().value("target", target);
        context.probe().value("q1", values.select(0, 0));
        context.probe().value("q2", values.select(0, 1));
        losses.record("tdLoss", "td_loss", loss);
        losses.record("criticLoss", "critic_loss", loss);
        loss.backward();
        Tensor norm = clipping().clipJointly(agent.critic().online().leaves());
        losses.record("criticGradientNorm", "critic_grad_norm", norm);
        agent.critic().report(context.probe());
        agent.criticOptimiser().step();
    }

    /** Minimise −mean Q_1(o_i, π_i(o_i)) + 1e-3·mean π_i², by the critic after its step. */
    private void updateActor(int index, TransitionBatch data) {
        Agent agent = agents.get(index);
        context.probe().phase("actor");
        Tensor observation = own(data.observations(), index);
        Tensor policy = agent.actor().online().forward(observation, Statistics.BATCH_AND_TRACK);
        Tensor values =
                agent.critic().online().frozenFirst(Critic.rows(observation.select(1, 0), policy));
        Tensor regulariser = policy.square().mean().mul(new Scalar(keys.actionRegularisation()));
        Tensor loss = regulariser.sub(values.mean());
        context.probe().value("policy_actions", policy.select(1, 0));
        losses.record("actorLoss", "actor_loss", loss);
        loss.backward();
        Tensor norm = clipping().clipJointly(agent.actor().leaves());
        losses.record("actorGradientNorm", "actor_grad_norm", norm);
        agent.actor().report(context.probe());
        agent.actorOptimiser().step();
    }

    private static Tensor own(Tensor perAgent, int index) {
        return perAgent.narrow(1, index, 1);
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
            agent.actor().close();
            agent.critic().close();
        }
    }
}
