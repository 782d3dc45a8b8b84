package org.cfcql.counterfactual;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.budget.Role;
import org.cfcql.data.batch.EpisodeBatch;
import org.cfcql.learn.AdamSettings;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.Optimiser;
import org.cfcql.learn.PretrainingPlan;
import org.cfcql.learn.Probe;
import org.cfcql.learn.RecurrentPolicy;
import org.cfcql.learn.TaskShape;
import org.cfcql.nn.GradientClipping;
import org.cfcql.nn.MixingNetwork;
import org.cfcql.nn.RecurrentNetwork;
import org.cfcql.nn.TrainingPass;
import org.cfcql.parts.ComposedLearner;
import org.cfcql.parts.LearnerParts;
import org.cfcql.parts.LossReport;
import org.cfcql.parts.discrete.CloningTraining;
import org.cfcql.parts.discrete.DoubleQLearning;
import org.cfcql.parts.discrete.EpisodeNetworks;
import org.cfcql.parts.discrete.EpisodeRows;
import org.cfcql.parts.discrete.TargetCopy;

/**
 * CFCQL, MACQL and QMIX in the discrete branch (spec 1): a recurrent network shared by the agents,
 * QMIX, TD(λ) with double Q-learning and a conservative penalty.
 *
 * <p>Deviations of the published code from the paper that are kept here, by row of
 * docs/deviations.md: divergence instead of the expected ratio (D-2), one sample of the others'
 * actions (D-4), TD(λ) targets (D-8), whole episodes as batches (D-9), dead agents take part in λ
 * (D-15). Episodes are not computed beyond their end (D-16, D-24).
 */
public final class DiscreteConservativeLearner {
    private final TaskShape task;
    private final DiscreteHyperparameters parameters;
    private final LearnerContext context;
    private final Probe probe;
    private final RecurrentNetwork agent;
    private final RecurrentNetwork targetAgent;
    private final DoubleQLearning doubleQ;
    private final MixingNetwork mixer;
    private final MixingNetwork targetMixer;
    private final Optional<RecurrentNetwork> behaviour;
    private final Optional<CloningTraining> behaviourTraining;
    private final DiscreteLoss loss;
    private final Optimiser optimiser;
    private final GradientClipping clipping;
    private final LossReport losses;
    private final List<Tensor> leaves = new ArrayList<>();

    /** Networks with fresh parameters; targets start as exact copies. */
    public DiscreteConservativeLearner(
            String name,
            TaskShape task,
            DiscreteHyperparameters parameters,
            LearnerContext context) {
        this.task = task;
        this.parameters = parameters;
        this.context = context;
        probe = context.probe();
        agent = EpisodeNetworks.recurrent(task, parameters.hidden(), "agent", context);
        targetAgent = EpisodeNetworks.recurrent(task, parameters.hidden(), "agent", context);
        doubleQ = new DoubleQLearning(targetAgent, probe);
        mixer = newMixer();
        targetMixer = newMixer();
        leaves.addAll(agent.leaves());
        leaves.addAll(mixer.leaves());
        optimiser =
                context.adam(
                        "agent", Role.CRITIC, leaves, AdamSettings.of(parameters.learningRate()));
        behaviour =
                parameters.needsBehaviour()
                        ? Optional.of(
                                EpisodeNetworks.recurrent(
                                        task,
                                        parameters.hidden(),
                                        RecurrentBehaviour.NETWORK,
                                        context))
                        : Optional.empty();
        behaviourTraining =
                behaviour.map(
                        model ->
                                new CloningTraining(
                                        RecurrentBehaviour.NETWORK,
                                        model,
                                        Role.AUXILIARY,
                                        parameters.behaviour().learningRate(),
                                        parameters.gradientClip(),
                                        parameters.layout(),
                                        context));
        loss = new DiscreteLoss(parameters, context);
        clipping = new GradientClipping(parameters.gradientClip());
        losses = new LossReport(name, context);
    }

    /** The learner: what the class computes, with its networks. */
    public Learner learner() {
        List<NamedNetwork> networks = new ArrayList<>();
        networks.add(new NamedNetwork("agent", agent.named()).forActing());
        networks.add(new NamedNetwork("mixer", mixer.named()));
        networks.add(new NamedNetwork("target_agent", targetAgent.named()));
        networks.add(new NamedNetwork("target_mixer", targetMixer.named()));
        behaviourTraining.ifPresent(training -> networks.add(training.named()));
        List<Runnable> ends =
                new ArrayList<>(
                        List.of(
                                agent::close,
                                targetAgent::close,
                                mixer::close,
                                targetMixer::close));
        behaviourTraining.ifPresent(training -> ends.add(training::close));
        behaviour.ifPresent(model -> ends.add(model::close));
        ComposedLearner<EpisodeRows> learner =
                new ComposedLearner<>(
                        EpisodeRows.of(parameters.layout(), task, context.tensors()),
                        (rows, full) -> update(rows),
                        new LearnerParts(
                                losses,
                                new RecurrentPolicy(
                                        agent, context.tensors(), task.observationSize()),
                                networks,
                                this::copyTargets,
                                ends));
        return behaviourTraining
                .map(
                        training ->
                                learner.pretraining(
                                        batch -> training.update((EpisodeBatch) batch),
                                        training::metrics))
                .orElse(learner);
    }

    private MixingNetwork newMixer() {
        return new MixingNetwork(
                EpisodeNetworks.initial("mixer", context),
                task.stateSize(),
                task.agents(),
                parameters.embedding(),
                parameters.hypernet());
    }

    /**
     * L = α·L_cons + L_TD (Eq. 7), one step of one optimiser over agent and mixer (spec 1.4, 1.5,
     * 1.8).
     */
    private void update(EpisodeRows rows) {
        probe.phase("unroll");
        TrainingPass unrolled =
                agent.trainingUnroll(rows.slots(), rows.observations(), rows.previousActions());
        Tensor values = unrolled.values();
        probe.phase("target");
        Tensor target = target(rows, values.detach());
        probe.phase("mixer");
        MixingNetwork.Mixer mixing = mixer.mixer(rows.steps(rows.state()));
        probe.phase("behaviour");
        Tensor logits = behaviourTraining.map(model -> model.logits(rows)).orElse(null);
        probe.phase("loss");
        DiscreteLoss.Terms terms = loss.terms(rows, rows.steps(values), mixing, target, logits);
        terms.conservative()
                .ifPresent(term -> losses.record("conservativeLoss", "conservative_loss", term));
        losses.record("tdLoss", "td_loss", terms.temporalDifference());
        losses.record("loss", "loss", terms.loss());
        losses.record("dataValue", "data_value", terms.joint().mean());
        probe.phase("backward");
        terms.backward().run();
        probe.phase("unroll backward");
        unrolled.propagate();
        probe.phase("optimiser");
        Tensor norm = clipping.clipJointly(leaves);
        losses.record("gradientNorm", "grad_norm", norm);
        report(rows, values, target, terms.joint());
        optimiser.step();
    }

    /**
     * G {@code [step]} by double Q-learning and TD(λ), in the place of Eq. 1's target (spec 1.4,
     * D-8).
     */
    private Tensor target(EpisodeRows rows, Tensor values) {
        Tensor best = doubleQ.values(rows, values);
        Tensor value = targetMixer.frozenMixer(rows.state()).mix(best);
        if (probe.listening()) {
            probe.value("target_value", rows.padRows(value));
        }
        return rows.lambdaReturns(value, parameters.discount(), parameters.tdLambda());
    }

    private void report(EpisodeRows rows, Tensor values, Tensor target, Tensor joint) {
        doubleQ.report(rows, values, target, agent);
        if (probe.listening()) {
            probe.value("q_tot", rows.padSteps(joint));
            probe.gradients("mixer", mixer.gradients());
        }
    }

    /** The behaviour model, if the weights need it. */
    static List<PretrainingPlan> pretraining(DiscreteHyperparameters parameters) {
        DiscreteHyperparameters.Behaviour model = parameters.behaviour();
        if (!parameters.needsBehaviour()) {
            return List.of();
        }
        SortedMap<String, Object> settings = new TreeMap<>();
        settings.put("lr", model.learningRate());
        settings.put("hidden", parameters.hidden());
        settings.put("gradientClip", parameters.gradientClip());
        settings.put("sequences", parameters.layout().name().toLowerCase(Locale.ROOT));
        return List.of(
                new PretrainingPlan(
                        RecurrentBehaviour.ID,
                        model.updates(),
                        model.updates() > 0 ? 0 : model.slots(),
                        model.batch(),
                        Optional.of(
                                new PretrainingPlan.Shared(new RecurrentBehaviour(), settings))));
    }

    /** Copies the targets where that is due (spec 1.8). */
    private void copyTargets() {
        boolean due = parameters.targetCopy().isDue(optimiser.steps());
        if (due) {
            targetAgent.parameters().copyFrom(agent.parameters());
            targetMixer.parameters().copyFrom(mixer.parameters());
        }
        TargetCopy.report(due, context);
    }
}
