package org.cfcql.baselines.bc;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.budget.Role;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.learn.ActorPolicy;
import org.cfcql.learn.AdamSettings;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Capabilities;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.Optimiser;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.nn.ActorNetworks;
import org.cfcql.nn.Initialisation;
import org.cfcql.nn.Statistics;
import org.cfcql.nn.TrainingPass;
import org.cfcql.parts.ComposedLearner;
import org.cfcql.parts.LearnerParts;
import org.cfcql.parts.LossReport;
import org.cfcql.parts.continuous.Actors;
import org.cfcql.parts.continuous.ContinuousKeys;
import org.cfcql.parts.continuous.ContinuousTask;
import org.cfcql.parts.discrete.CloningLearner;
import org.cfcql.perf.ArithmeticFloor;
import org.cfcql.perf.ContinuousSizes;
import org.cfcql.perf.DiscreteSizes;
import org.cfcql.perf.MeasuredAlgorithm;

/**
 * Behaviour cloning (spec 3.3). Numbered actions: {@link CloningLearner}, the published recurrent
 * policy. Continuous actions: every agent's policy regresses the actions of the data, minimise over
 * θ_i
 *
 * <pre>mean_i E_(o,a)~D [ mean_d (π_i(o_i) − a_i)² ]</pre>
 *
 * <p>Deviations: the paper gives no continuous behaviour cloning; this is the deterministic
 * regression with the policies of the other algorithms that the specification recommends. It spends
 * actor steps only: one per round on either track. Keys: {@link ContinuousKeys}.
 */
public final class BehaviourCloning implements MeasuredAlgorithm {
    private static final String ID = "bc";

    /** Adam's learning rate in the discrete branch (spec 3.3). */
    private static final double PUBLISHED_DISCRETE_RATE = 0.0005;

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String title() {
        return "Behaviour cloning";
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(EnumSet.allOf(Branch.class), false);
    }

    @Override
    public ConfiguredAlgorithm configure(TaskShape task, Settings settings, Track track) {
        return new ConfiguredAlgorithm(Schedule.fullThenCritic(1), learner(task, settings));
    }

    private static Function<LearnerContext, Learner> learner(TaskShape task, Settings settings) {
        if (task.branch() == Branch.DISCRETE) {
            CloningLearner.Hyperparameters keys =
                    CloningLearner.Hyperparameters.read(settings, PUBLISHED_DISCRETE_RATE);
            return context -> new CloningLearner("agent", Role.ACTOR, task, keys, context);
        }
        ContinuousTask sizes = ContinuousTask.of(ID, task);
        ContinuousKeys keys = ContinuousKeys.read(task, settings);
        return context -> new Cloning(sizes, keys, context).learner();
    }

    /** Its only networks are the policies. */
    private static final class Cloning {
        private final ActorNetworks actors;
        private final Optimiser optimiser;
        private final LearnerContext context;
        private final LossReport losses;
        private final ContinuousTask task;

        Cloning(ContinuousTask task, ContinuousKeys keys, LearnerContext context) {
            this.task = task;
            this.context = context;
            losses = new LossReport(ID, context);
            Initialisation initial = Actors.initialisation(context);
            actors =
                    Actors.networks(
                            initial, keys.normalisation(), task.agents(), task, keys.hidden());
            optimiser =
                    context.adam(
                            "actors",
                            Role.ACTOR,
                            actors.parameters().leaves(),
                            AdamSettings.of(keys.learningRate()));
        }

        Learner learner() {
            return new ComposedLearner<>(
                    TransitionBatch.class::cast,
                    (data, full) -> update(data),
                    new LearnerParts(
                            losses,
                            new ActorPolicy(
                                    actors, context.tensors(), task.agents(), task.observation()),
                            Actors.acting(actors, 0),
                            () -> {},
                            List.of(actors::close)));
        }

        private void update(TransitionBatch data) {
            context.probe().phase("actor");
            TrainingPass pass =
                    actors.trainingPass(data.observations(), Statistics.BATCH_AND_TRACK);
            Tensor policy = pass.values();
            context.probe().value("policy_actions", policy);
            Tensor loss = policy.sub(data.actions()).square().mean();
            losses.record("actorLoss", "actor_loss", loss);
            loss.backward();
            pass.propagate();
            Actors.report(context.probe(), actors, 0);
            optimiser.step();
        }
    }

    @Override
    public Optional<ArithmeticFloor> floor(ContinuousSizes task) {
        return Optional.of(CloningArithmetic.of(task));
    }

    @Override
    public Optional<ArithmeticFloor> floor(DiscreteSizes task) {
        return Optional.of(CloningArithmetic.of(task));
    }
}
