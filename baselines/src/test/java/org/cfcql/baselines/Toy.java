package org.cfcql.baselines;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.budget.Budget;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.budget.Role;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.env.ActionSpace;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.HarnessContext;
import org.cfcql.learn.Learner;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Settings;
import org.cfcql.learn.StreamNoise;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.learn.UpdateStep;
import org.cfcql.random.RandomStream;
import org.cfcql.random.SeedTree;
import org.cfcql.tensor.Compute;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;

/** A small task, its random batches and learners for it. */
final class Toy {
    static final int AGENTS = 3;
    static final int OBSERVATION = 5;
    static final int ACTION = 2;
    static final int BATCH = 32;
    static final TensorFactory TENSORS = new TensorFactory(ComputeDevice.CPU, Precision.FLOAT64);
    static final TaskShape TASK =
            new TaskShape(
                    "toy/vectors",
                    "random",
                    AGENTS,
                    OBSERVATION,
                    AGENTS * OBSERVATION,
                    new ActionSpace.Box(ACTION, -1, 1),
                    25);
    static final UpdateStep FULL =
            new UpdateStep(UpdateStep.Kind.FULL, UpdateStep.ALL_AGENTS, true);
    static final UpdateStep CRITIC =
            new UpdateStep(UpdateStep.Kind.CRITIC, UpdateStep.ALL_AGENTS, true);

    private Toy() {}

    /** A learner with everything it needs around it. */
    record Running(Learner learner, HarnessContext context, BudgetLedger ledger)
            implements AutoCloseable {
        @Override
        public void close() {
            learner.close();
            context.close();
        }
    }

    static Running start(Algorithm algorithm, long seed, long units, Map<String, ?> keys) {
        BudgetLedger ledger = ledger(units);
        HarnessContext context = context(seed, Probe.SILENT, ledger);
        Settings settings = new Settings(algorithm.id(), keys);
        Learner learner = algorithm.configure(TASK, settings, Track.EQUAL).create(context);
        settings.requireAllRead();
        return new Running(learner, context, ledger);
    }

    /** A context without end of budget. */
    static HarnessContext context(long seed, Probe probe) {
        return context(seed, probe, ledger(Long.MAX_VALUE));
    }

    private static HarnessContext context(long seed, Probe probe, BudgetLedger ledger) {
        SeedTree seeds = new SeedTree(seed);
        StreamNoise noise = new StreamNoise(seeds.child("noise"), TENSORS);
        return new HarnessContext(Compute.byLibTorch(TENSORS), seeds, noise, probe, ledger);
    }

    private static BudgetLedger ledger(long units) {
        return new BudgetLedger(new Budget(Map.of(Role.CRITIC, units, Role.ACTOR, units)));
    }

    /** Uniform numbers everywhere, no episode ends; in the caller's scope. */
    static TransitionBatch batch(RandomStream stream) {
        Tensor observations = uniform(stream, BATCH, AGENTS, OBSERVATION);
        Tensor next = uniform(stream, BATCH, AGENTS, OBSERVATION);
        return new TransitionBatch(
                observations,
                uniform(stream, BATCH, AGENTS, ACTION),
                uniform(stream, BATCH, AGENTS),
                TENSORS.zeros(BATCH, AGENTS),
                next,
                uniform(stream, BATCH, AGENTS, ACTION),
                observations.reshape(BATCH, -1),
                next.reshape(BATCH, -1));
    }

    static Tensor uniform(RandomStream stream, long... shape) {
        int count = 1;
        for (long size : shape) {
            count *= (int) size;
        }
        float[] values = new float[count];
        stream.fillUniform(values, -1, 1);
        return TENSORS.of(values, shape);
    }

    static void train(Running running, int updates, UpdateStep step) {
        RandomStream stream = new RandomStream(99);
        for (int update = 0; update < updates; update++) {
            try (PointerScope scope = new PointerScope()) {
                running.learner().update(batch(stream), step);
                running.learner().updateTargets();
            }
        }
    }

    /** All networks' values whose name starts with a prefix, by network and parameter. */
    static Map<String, List<Double>> values(Learner learner, String prefix) {
        Map<String, List<Double>> values = new LinkedHashMap<>();
        for (NamedNetwork network : learner.networks()) {
            if (network.name().startsWith(prefix)) {
                network.tensors()
                        .forEach(
                                (name, tensor) ->
                                        values.put(network.name() + "." + name, numbers(tensor)));
            }
        }
        return values;
    }

    private static List<Double> numbers(Tensor tensor) {
        List<Double> numbers = new ArrayList<>();
        for (double number : TensorFactory.toDoubles(tensor)) {
            numbers.add(number);
        }
        return numbers;
    }
}
