package org.cfcql.counterfactual;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.budget.Role;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.learn.ActorPolicy;
import org.cfcql.learn.AdamSettings;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.Optimiser;
import org.cfcql.learn.PretrainingPlan;
import org.cfcql.learn.Probe;
import org.cfcql.nn.GradientClipping;
import org.cfcql.nn.Statistics;
import org.cfcql.nn.TrainingPass;
import org.cfcql.parts.ComposedLearner;
import org.cfcql.parts.ConservativeTerm;
import org.cfcql.parts.LearnerParts;
import org.cfcql.parts.LossReport;
import org.cfcql.parts.continuous.Actors;
import org.cfcql.parts.continuous.ContinuousKeys;
import org.cfcql.parts.continuous.ContinuousTask;
import org.cfcql.parts.continuous.Critic;
import org.cfcql.parts.continuous.TeamReward;
import org.cfcql.parts.penalty.ConservativeLoss;
import org.cfcql.parts.penalty.ConservativePenalty;
import org.cfcql.parts.penalty.PenaltySamples;
import org.cfcql.tensor.OwnedTensors;

/**
 * CFCQL and MACQL in the continuous branch (spec 2): MATD3 with a central twin critic and a
 * conservative penalty. Sizes: B batch, n agents, O observation, S state, d action components.
 *
 * <p>Deviations of the published code from the paper that are kept here, by row of
 * docs/deviations.md: no ½ in the TD error, so an α acts like α/2 in Eq. 7 (D-33); five critic
 * steps per actor step (D-28); agent 0's reward (D-27); only random samples in MPE (D-29); action
 * regularisation (D-35); all agents' policies are updated on each batch, with a factor 1/n from the
 * mean over n·B counterfactual rows (D-36). Published and switched off here by default: mixed-up
 * densities (D-30).
 */
public final class ContinuousConservativeLearner {
    private final ContinuousTask task;
    private final ContinuousHyperparameters parameters;
    private final LearnerContext context;
    private final Probe probe;
    private final LossReport losses;
    private final Actors actors;
    private final Critic critic;
    private final Optional<VariationalAutoencoder> densityModel;
    private final Optional<VaeTraining> densityTraining;
    private final ConservativePenalty penalty;
    private final Optimiser criticOptimiser;
    private final Optimiser actorOptimiser;
    private final GradientClipping clipping;
    private final ActorPolicy policy;
    private final OwnedTensors constants = new OwnedTensors();

    /** True where row i of the joint action is agent i's own component: {@code [1, n, n, 1]}. */
    private final Tensor own;

    /** Networks with fresh parameters; targets start as exact copies (spec 2.1). */
    public ContinuousConservativeLearner(
            String name,
            ContinuousTask task,
            ContinuousHyperparameters parameters,
            LearnerContext context) {
        this.task = task;
        this.parameters = parameters;
        this.context = context;
        probe = context.probe();
        losses = new LossReport(name, context);
        ContinuousKeys keys = parameters.common();
        actors = Actors.ofAll(task, keys, context);
        critic = Critic.central(task, keys, context);
        AdamSettings criticRate = AdamSettings.of(keys.learningRate());
        criticOptimiser = context.adam("critic", Role.CRITIC, critic.online().leaves(), criticRate);
        AdamSettings actorRate = AdamSettings.of(parameters.actorLearningRate());
        actorOptimiser = context.adam("actors", Role.ACTOR, actors.leaves(), actorRate);
        densityModel =
                parameters.needsDensityModel()
                        ? Optional.of(VaeBehaviour.model(task, parameters.vae(), context))
                        : Optional.empty();
        densityTraining =
                densityModel.map(model -> new VaeTraining(model, parameters.vae(), context));
        penalty =
                ConservativePenalty.create(
                        parameters.penaltyTerm(),
                        keys.normalisation(),
                        critic.online(),
                        context.compute());
        clipping = new GradientClipping(parameters.gradientClip());
        policy = actors.policy(context, task);
        try (PointerScope scope = new PointerScope()) {
            Tensor eye = torch.eye(task.agents()).to(torch.ScalarType.Bool);
            Tensor shaped = eye.view(1, task.agents(), task.agents(), 1);
            own =
                    constants.own(
                            shaped.to(context.tensors().device().toLibTorch(), eye.scalar_type()));
        }
    }

    /** The learner: what the class computes, with its networks. */
    public Learner learner() {
        List<NamedNetwork> networks = new ArrayList<>(Actors.acting(actors.online(), 0));
        networks.add(critic.namedOnline());
        networks.addAll(actors.namedTargets());
        networks.add(critic.namedTarget());
        List<Runnable> ends =
                new ArrayList<>(
                        List.of(actors::close, critic::close, penalty::close, constants::close));
        densityTraining.ifPresent(training -> networks.add(training.network()));
        densityTraining.ifPresent(training -> ends.add(training::close));
        densityModel.ifPresent(model -> ends.add(model::close));
        ComposedLearner<TransitionBatch> learner =
                new ComposedLearner<>(
                        TransitionBatch.class::cast,
                        this::update,
                        new LearnerParts(losses, policy, networks, this::follow, ends));
        return densityTraining
                .map(
                        training ->
                                learner.pretraining(
                                        batch -> training.update((TransitionBatch) batch),
                                        training::metrics))
                .orElse(learner);
    }

    private void follow() {
        actors.follow(parameters.targetRate());
        critic.follow(parameters.targetRate());
    }

    private void update(TransitionBatch batch, boolean full) {
        updateCritic(batch);
        if (full) {
            updateActors(batch);
        }
        if (probe.listening()) {
            probe.value("evaluation_actions", policy.actions(batch.observations()));
        }
    }

    /** One critic update, by the gradients of {@link ConservativeLoss} (Eq. 7; spec 2.2). */
    private void updateCritic(TransitionBatch batch) {
        probe.phase("target");
        Tensor target = target(batch);
        probe.phase("temporal difference");
        TrainingPass pass =
                critic.online().trainingPass(Critic.rows(batch.state(), batch.actions()));
        Tensor values = pass.values();
        Scalar perRow = new Scalar(1.0 / batch.size());
        Tensor tdLoss = values.sub(target).square().sum().mul(perRow);
        Tensor dataValue = values.sum().mul(perRow);
        ConservativeLoss loss =
                parameters.penalises()
                        ? ConservativeLoss.backward(
                                tdLoss, pushedDown(batch), dataValue, parameters.alpha())
                        : ConservativeLoss.backward(tdLoss);
        pass.propagate();
        probe.phase("critic step");
        losses.record("criticLoss", "critic_loss", loss.value());
        Tensor norm = clipping.clipJointly(critic.online().leaves());
        losses.record("criticGradientNorm", "critic_grad_norm", norm);
        losses.record("tdLoss", "td_loss", tdLoss);
        loss.conservative()
                .ifPresent(term -> losses.record("conservativeLoss", "conservative_loss", term));
        losses.record("dataValue", values.mean());
        if (probe.listening()) {
            probe.value("target", target);
            probe.value("q1", values.select(0, 0));
            probe.value("q2", values.select(0, 1));
            critic.report(probe);
        }
        criticOptimiser.step();
    }

    /** Σ_k mean_b Σ_i λ_i LSE_k^i (spec 2.3). */
    private ConservativePenalty.Pass pushedDown(TransitionBatch batch) {
        probe.phase("penalty samples");
        PenaltySamples samples =
                PenaltySamples.draw(
                        parameters.penaltyTerm(), batch, actors.online(), context.noise());
        Tensor weights = agentWeights(batch);
        probe.phase("penalty");
        return penalty.pass(batch.state(), samples, weights, probe);
    }

    /**
     * TD target {@code [B]} (Eq. 1 with twin heads; spec 2.2): y = r + γ(1 − done)·min_k Q̄_k(s',
     * ã), with CF_T the mean over i of Q̄_k(s', (ã_i, a⁺_{−i})).
     */
    private Tensor target(TransitionBatch batch) {
        Tensor policyActions =
                actors.target().frozenForward(batch.nextObservations(), Statistics.BATCH);
        long[] shape = batch.actions().shape();
        Tensor noise = context.noise().normal("target_noise", shape);
        Tensor noisy =
                policyActions
                        .add(noise, new Scalar(parameters.targetNoise()))
                        .clamp(
                                new ScalarOptional(new Scalar(-1.0)),
                                new ScalarOptional(new Scalar(1.0)));
        Tensor heads;
        if (parameters.counterfactualTarget()) {
            Tensor rows = counterfactualRows(batch.nextState(), batch.nextActions(), noisy);
            heads = critic.target().frozenForward(rows).view(2, batch.size(), -1).mean(2);
        } else {
            heads = critic.target().frozenForward(Critic.rows(batch.nextState(), noisy));
        }
        TeamReward reward = parameters.reward();
        return Critic.bootstrapped(
                reward.of(batch.rewards()),
                reward.done(batch.dones()),
                heads,
                parameters.discount());
    }

    /** λ {@code [B, n]} (Eq. 8 and 9; spec 2.5); MACQL has one joint penalty of weight 1. */
    private Tensor agentWeights(TransitionBatch batch) {
        if (parameters.penalty() == ConservativeTerm.JOINT) {
            return context.tensors().ones(batch.size(), 1);
        }
        Tensor weights;
        if (densityModel.isEmpty()) {
            Scalar share = new Scalar(1.0 / task.agents());
            weights = context.tensors().ones(batch.size(), task.agents()).mul(share);
        } else {
            VariationalAutoencoder model = densityModel.get();
            Tensor current =
                    actors.online().frozenForward(batch.observations(), Statistics.BATCH_AND_TRACK);
            long samples = parameters.vae().samples();
            Tensor noise =
                    context.noise().normal("latents", batch.size(), samples, model.latentSize());
            Tensor logDensity =
                    model.logDensity(batch.state(), current, noise, parameters.vae().beta());
            probe.value("log_beta", logDensity);
            weights = parameters.weights().weigh(logDensity);
        }
        probe.value("lambda", weights);
        return weights;
    }

    /**
     * Policy improvement (Eq. 10 with CF_P; spec 2.4): one backward pass, each actor its own norm.
     */
    private void updateActors(TransitionBatch batch) {
        probe.phase("actors");
        TrainingPass pass =
                actors.online().trainingPass(batch.observations(), Statistics.BATCH_AND_TRACK);
        Tensor actions = pass.values();
        Tensor rows =
                parameters.counterfactualPolicy()
                        ? counterfactualRows(batch.state(), batch.actions(), actions)
                        : Critic.rows(batch.state(), actions);
        Tensor value = critic.online().frozenFirst(rows).mean();
        double regularisation = parameters.actionRegularisation() * task.agents();
        Tensor loss = actions.square().mean().mul(new Scalar(regularisation)).sub(value);
        double cloning = parameters.behaviourCloning();
        if (cloning > 0) {
            Tensor imitation = torch.mse_loss(actions, batch.actions());
            loss = loss.mul(new Scalar(1 - cloning)).add(imitation, new Scalar(cloning));
        }
        losses.record("actorLoss", "actor_loss", loss);
        loss.backward();
        pass.propagate();
        Tensor norms = clipping.clipPerReplica(actors.leaves());
        losses.record("actorGradientNorm", norms.mean());
        if (probe.listening()) {
            probe.value("policy_actions", actions);
            probe.value("actor_grad_norm", norms);
            actors.report(probe);
        }
        actorOptimiser.step();
    }

    /**
     * Critic rows {@code [B·n, S+n·d]}: row (b, i) is {@code others} with component i of {@code
     * own}.
     */
    private Tensor counterfactualRows(Tensor state, Tensor others, Tensor replacing) {
        long batch = others.size(0);
        long agents = others.size(1);
        Tensor joint = torch.where(own, replacing.unsqueeze(1), others.unsqueeze(1));
        Tensor states = state.unsqueeze(1).expand(batch, agents, state.size(1));
        return torch.cat(new TensorVector(states, joint.reshape(batch, agents, -1)), 2)
                .view(batch * agents, -1);
    }

    /** The density model, if the weights need it. */
    static List<PretrainingPlan> pretraining(ContinuousHyperparameters parameters) {
        VaeHyperparameters vae = parameters.vae();
        return parameters.needsDensityModel()
                ? List.of(new PretrainingPlan(VaeBehaviour.ID, vae.updates(), vae.batch()))
                : List.of();
    }
}
