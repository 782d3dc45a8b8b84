package org.cfcql.run;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.budget.Role;
import org.cfcql.data.batch.Batch;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.env.Actions;
import org.cfcql.env.Observations;
import org.cfcql.learn.AdamSettings;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Capabilities;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.Optimiser;
import org.cfcql.learn.Policy;
import org.cfcql.learn.PretrainingPlan;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.learn.UpdateStep;
import org.cfcql.tensor.OwnedTensors;
import org.cfcql.tensor.TensorFactory;

/**
 * A small but complete learner: its parameters follow the batch's actions with noise, through Adam
 * and with a target copy. With a {@code lie} it misbehaves at update 12; as {@link #UNDECLARED} it
 * never says which of its networks its policy plays with.
 */
public record FakeAlgorithm(String id, int pretrainingUpdates) implements Algorithm {
    static final int LIE_AT = 12;
    static final String UNDECLARED = "fake-undeclared";

    @Override
    public String title() {
        return "follows the mean action";
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(EnumSet.of(Branch.CONTINUOUS), false);
    }

    @Override
    public ConfiguredAlgorithm configure(TaskShape task, Settings settings, Track track) {
        double alpha = settings.number("alpha", 0.5, 0, 10);
        String lie =
                settings.choice("lie", "none", "none", "nan", "nanMetric", "throw", "overspend");
        return new ConfiguredAlgorithm(
                        schedule(settings),
                        context -> new FakeLearner(context, alpha, lie, !id.equals(UNDECLARED)))
                .readingNextActions(settings.flag("looksAhead", false))
                .pretrainedBy(
                        pretrainingUpdates == 0
                                ? List.of()
                                : List.of(new PretrainingPlan("density", pretrainingUpdates, 3)));
    }

    private static Schedule schedule(Settings settings) {
        Schedule plain = Schedule.fullThenCritic(settings.count("criticPerActor", 2, 1, 100));
        // An algorithm that loops over time inside an update.
        return settings.isGiven("innerSteps")
                ? new Schedule(
                        plain.steps(),
                        settings.count("innerSteps", 1, 1, 100),
                        Schedule.Refreshes.NONE)
                : plain;
    }

    private static final class FakeLearner implements Learner {
        private final OwnedTensors owner = new OwnedTensors();
        private final LearnerContext context;
        private final double alpha;
        private final String lie;
        private final boolean declares;
        private final Tensor actor;
        private final Tensor target;
        private final Tensor density;
        private final Optimiser actorOptimiser;
        private final Optimiser criticOptimiser;
        private final Optimiser densityOptimiser;
        private final Tensor critic;
        private int updates;
        private double loss;

        FakeLearner(LearnerContext context, double alpha, String lie, boolean declares) {
            this.context = context;
            this.alpha = alpha;
            this.lie = lie;
            this.declares = declares;
            try (PointerScope scope = new PointerScope()) {
                float[] initial = new float[2];
                context.initialisation().stream().fillUniform(initial, -1, 1);
                actor = leaf(initial);
                critic = leaf(initial);
                density = leaf(initial);
                target = owner.own(context.tensors().of(initial, 2));
            }
            AdamSettings settings = AdamSettings.of(0.05);
            actorOptimiser = context.adam("actor", Role.ACTOR, List.of(actor), settings);
            criticOptimiser = context.adam("critic", Role.CRITIC, List.of(critic), settings);
            densityOptimiser = context.adam("density", Role.AUXILIARY, List.of(density), settings);
        }

        private Tensor leaf(float[] initial) {
            return owner.own(context.tensors().of(initial, 2)).set_requires_grad(true);
        }

        @Override
        public void update(Batch batch, UpdateStep step) {
            updates++;
            boolean lying = updates == LIE_AT;
            if (lying && lie.equals("throw")) {
                throw new IllegalStateException("a learner that throws");
            }
            try (PointerScope scope = new PointerScope()) {
                Tensor seen = ((TransitionBatch) batch).actions().mean(0, 1);
                Tensor noisy = seen.add(context.noise().normal("target_noise", 2));
                descend(critic, noisy.mul(new Scalar(alpha)), criticOptimiser);
                if (step.kind() == UpdateStep.Kind.FULL) {
                    descend(actor, critic.detach(), actorOptimiser);
                }
                if (lying && lie.equals("nan")) {
                    actor.detach().fill_(new Scalar(Double.NaN));
                }
            }
            while (lying && lie.equals("overspend")) {
                criticOptimiser.step();
            }
            if (lying && lie.equals("nanMetric")) {
                loss = Double.NaN;
            }
        }

        private void descend(Tensor leaf, Tensor goal, Optimiser optimiser) {
            Tensor error = leaf.sub(goal).pow(new Scalar(2)).sum();
            error.backward();
            loss = error.item_double();
            optimiser.step();
        }

        @Override
        public void pretrain(String name, Batch batch) {
            try (PointerScope scope = new PointerScope()) {
                descend(density, ((TransitionBatch) batch).actions().mean(0, 1), densityOptimiser);
            }
        }

        @Override
        public Map<String, Double> pretrainingMetrics(String name) {
            return metrics();
        }

        @Override
        public void updateTargets() {
            try (PointerScope scope = new PointerScope()) {
                target.lerp_(critic.detach(), new Scalar(0.01));
            }
        }

        @Override
        public Policy policy() {
            return environments -> new FakeSession(actor);
        }

        @Override
        public List<NamedNetwork> networks() {
            NamedNetwork policy = new NamedNetwork("actor0", Map.of("l1.weight", actor));
            return List.of(
                    declares ? policy.forActing() : policy,
                    new NamedNetwork("critic", Map.of("l1.weight", critic)),
                    new NamedNetwork("target_critic", Map.of("l1.weight", target)),
                    new NamedNetwork("density", Map.of("l1.weight", density)));
        }

        @Override
        public Map<String, Double> metrics() {
            Map<String, Double> metrics = new LinkedHashMap<>();
            metrics.put("loss", loss);
            return metrics;
        }

        @Override
        public void close() {
            owner.close();
        }
    }

    private record FakeSession(Tensor actor) implements Policy.Session {
        @Override
        public void reset(int environment) {}

        @Override
        public Actions act(Observations observations) {
            return new Actions.Continuous(TensorFactory.toFloats(actor));
        }

        @Override
        public void close() {}
    }
}
