package org.cfcql.baselines;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.cfcql.budget.Budget;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.data.batch.EpisodeBatch;
import org.cfcql.env.ActionSpace;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.HarnessContext;
import org.cfcql.learn.Learner;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.StreamNoise;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.learn.UpdateStep;
import org.cfcql.random.SeedTree;
import org.cfcql.tensor.Compute;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import org.cfcql.testkit.MadeUpEpisodes;

/** A small task with numbered actions, its episodes and learners for it. */
public final class DiscreteToy {
    public static final int AGENTS = 3;
    public static final int ACTIONS = 5;
    public static final int OBSERVATION = 4;
    public static final int LIMIT = 6;
    public static final int BATCH = 7;
    public static final TensorFactory TENSORS =
            new TensorFactory(ComputeDevice.CPU, Precision.FLOAT64);
    public static final TaskShape TASK =
            new TaskShape(
                    "toy/battle",
                    "other",
                    AGENTS,
                    OBSERVATION,
                    5,
                    new ActionSpace.Discrete(ACTIONS),
                    LIMIT);

    public static final UpdateStep FULL =
            new UpdateStep(UpdateStep.Kind.FULL, UpdateStep.ALL_AGENTS, true);

    private DiscreteToy() {}

    /**
     * A learner with everything around it.
     *
     * @param keys every key with the value in force
     */
    public record Running(
            Learner learner,
            HarnessContext context,
            BudgetLedger ledger,
            Schedule schedule,
            Map<String, Object> keys)
            implements AutoCloseable {
        @Override
        public void close() {
            learner.close();
            context.close();
        }

        /** So many rounds on the same few batches. */
        public void train(int updates) {
            for (int update = 0; update < updates; update++) {
                try (PointerScope scope = new PointerScope()) {
                    learner.update(batch(update % 3), FULL);
                    learner.updateTargets();
                }
            }
        }
    }

    /** As the harness starts a cell: the schedule is asked first, every key must be known. */
    public static Running start(
            Algorithm algorithm, Map<String, ?> keys, Track track, Probe probe) {
        BudgetLedger ledger = new BudgetLedger(Budget.unlimited());
        SeedTree seeds = new SeedTree(1);
        StreamNoise noise = new StreamNoise(seeds.child("noise"), TENSORS);
        HarnessContext context =
                new HarnessContext(Compute.byLibTorch(TENSORS), seeds, noise, probe, ledger);
        Settings settings = new Settings(algorithm.id(), keys);
        ConfiguredAlgorithm configured = Algorithms.configure(algorithm, TASK, settings, track);
        Schedule schedule = configured.schedule();
        Learner learner = configured.create(context);
        return new Running(learner, context, ledger, schedule, new TreeMap<>(settings.resolved()));
    }

    /** Episodes of one to six steps, some of which run to the limit without an end. */
    public static EpisodeBatch batch(long seed) {
        return new MadeUpEpisodes(TASK, 2).batch(TENSORS, BATCH, seed);
    }

    /** All parameters by network and name. */
    public static Map<String, double[]> parameters(Learner learner) {
        Map<String, double[]> values = new TreeMap<>();
        learner.networks()
                .forEach(
                        network ->
                                network.tensors()
                                        .forEach(
                                                (name, tensor) ->
                                                        values.put(
                                                                network.name() + "/" + name,
                                                                TensorFactory.toDoubles(tensor))));
        return values;
    }

    /** Names of the parameters that differ between two states of a learner. */
    public static List<String> moved(Map<String, double[]> before, Map<String, double[]> after) {
        return after.keySet().stream()
                .filter(name -> !Arrays.equals(after.get(name), before.get(name)))
                .toList();
    }
}
