package org.cfcql.parts.continuous;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.budget.Role;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.learn.AdamSettings;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.Optimiser;
import org.cfcql.learn.Probe;
import org.cfcql.nn.Initialisation;
import org.cfcql.nn.SoftUpdate;
import org.cfcql.nn.Statistics;
import org.cfcql.nn.TrainingPass;
import org.cfcql.parts.ComposedLearner;
import org.cfcql.parts.LearnerParts;
import org.cfcql.parts.LossReport;
import org.cfcql.parts.UpdateRule;

/**
 * What learners have that clone the data's actions by weights under a central critic (spec 3.4,
 * 3.7, 3.8): Gaussian policies of all agents without targets, a twin critic on the state and all
 * actions with its target.
 *
 * @param task sizes
 * @param context noise and probe
 * @param losses numbers of the last update
 * @param actors policies
 * @param critic twin critic
 * @param value state value, if there is one
 * @param criticOptimiser Adam over critic and value
 * @param actorOptimiser Adam over the policies
 */
public record GaussianActorCritic(
        ContinuousTask task,
        LearnerContext context,
        LossReport losses,
        GaussianActors actors,
        Critic critic,
        Optional<StateValue> value,
        Optimiser criticOptimiser,
        Optimiser actorOptimiser) {
    /**
     * Fresh networks; as many hidden layers in the critic as in the policies.
     *
     * @param valued whether there is a state value
     */
    public static GaussianActorCritic create(
            String algorithm,
            ContinuousTask task,
            ContinuousKeys keys,
            GaussianActors.Shape shape,
            boolean valued,
            LearnerContext context) {
        GaussianActors actors =
                GaussianActors.create(
                        Actors.initialisation(context),
                        keys.normalisation(),
                        task,
                        keys.hidden(),
                        shape);
        int[] sizes = new int[shape.layers() + 1];
        Arrays.fill(sizes, keys.hidden());
        sizes[0] = task.centralInput();
        Initialisation forCritics = Critic.initialisation(context);
        Critic critic = Critic.layered(forCritics, keys.normalisation(), "", sizes);
        List<Tensor> leaves = new ArrayList<>(critic.online().leaves());
        Optional<StateValue> value = Optional.empty();
        if (valued) {
            StateValue fresh =
                    new StateValue(forCritics, keys.normalisation(), task.state(), keys.hidden());
            leaves.addAll(fresh.leaves());
            value = Optional.of(fresh);
        }
        AdamSettings adam = AdamSettings.of(keys.learningRate());
        Optimiser criticOptimiser = context.adam("critic", Role.CRITIC, leaves, adam);
        Optimiser actorOptimiser = context.adam("actors", Role.ACTOR, actors.leaves(), adam);
        LossReport losses = new LossReport(algorithm, context);
        return new GaussianActorCritic(
                task, context, losses, actors, critic, value, criticOptimiser, actorOptimiser);
    }

    /** The critic's regression on targets. */
    public CriticTraining criticTraining() {
        return new CriticTraining(critic, criticOptimiser, losses, context.probe());
    }

    /**
     * One step of the policies: minimise −mean w·Σ_i log N(a_i; π_i(o_i), σ_i).
     *
     * @param weight w {@code [batch]} of the means {@code [batch, agent, action]}
     * @param regulariser adds to the gradients
     */
    public void cloneWeighted(
            TransitionBatch data, UnaryOperator<Tensor> weight, Runnable regulariser) {
        Probe probe = context.probe();
        TrainingPass pass =
                actors.means().trainingPass(data.observations(), Statistics.BATCH_AND_TRACK);
        Tensor weights = weight.apply(pass.values());
        Tensor logDensity = actors.logDensity(pass.values(), data.actions());
        Tensor loss = logDensity.sum(1).mul(weights).mean().neg();
        probe.value("weight", weights);
        probe.value("log_prob", logDensity);
        losses.record("actorLoss", "actor_loss", loss);
        loss.backward();
        pass.propagate();
        regulariser.run();
        actors.report(probe);
        actorOptimiser.step();
    }

    /** The learner of a rule. */
    public Learner learner(UpdateRule<TransitionBatch> rule, SoftUpdate targetRate) {
        List<NamedNetwork> networks = new ArrayList<>(actors.named());
        networks.addAll(critic.named());
        List<Runnable> ends = new ArrayList<>(List.of(actors::close, critic::close));
        value.ifPresent(
                present -> {
                    networks.add(present.named());
                    ends.add(present::close);
                });
        return new ComposedLearner<>(
                TransitionBatch.class::cast,
                rule,
                new LearnerParts(
                        losses,
                        actors.policy(context, task),
                        networks,
                        () -> critic.follow(targetRate),
                        ends));
    }
}
