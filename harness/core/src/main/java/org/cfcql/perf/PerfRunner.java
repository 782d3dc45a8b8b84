package org.cfcql.perf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.cfcql.budget.Budget;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.budget.Role;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.HarnessContext;
import org.cfcql.learn.Learner;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.StreamNoise;
import org.cfcql.learn.Track;
import org.cfcql.learn.UpdateStep;
import org.cfcql.random.SeedTree;
import org.cfcql.tensor.TensorFactory;

/** Runs the rounds of a case and times them; one compute thread, as a worker has. */
public final class PerfRunner implements AutoCloseable {
    private static final int WARM_UP_ROUNDS = 8;

    private final PerfCase perfCase;
    private final PhaseClock clock = new PhaseClock(System::nanoTime);
    private final HarnessContext context;
    private final Learner learner;
    private final Schedule schedule;
    private final SyntheticBatches batches;

    /**
     * A learner of the case's algorithm, warm.
     *
     * @param kernels whether compiled kernels may be used
     */
    public PerfRunner(PerfCase perfCase, TensorFactory tensors, boolean kernels) {
        this.perfCase = perfCase;
        SeedTree seeds = new SeedTree(0);
        context =
                new HarnessContext(
                        tensors,
                        seeds,
                        new StreamNoise(seeds.child("noise"), tensors),
                        clock,
                        new BudgetLedger(unlimited()),
                        kernels);
        Algorithm algorithm = Algorithms.find(perfCase.algorithm());
        Settings settings = new Settings(perfCase.algorithm(), Map.of());
        learner = algorithm.create(perfCase.task().shape(), settings, context);
        schedule = algorithm.schedule(perfCase.task().shape(), settings, Track.EQUAL);
        batches = new SyntheticBatches(perfCase.task(), tensors, seeds.child("data").stream());
        for (int round = 0; round < WARM_UP_ROUNDS; round++) {
            round();
        }
    }

    /** Times rounds; the phases are those of the round with the median time. */
    public Measurement measure(int rounds) {
        List<Map<String, Double>> phases = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            phases.add(round());
        }
        phases.sort(Comparator.comparingDouble(PerfRunner::total));
        Map<String, Double> median = phases.get(rounds / 2);
        return new Measurement(
                perfCase.name(),
                1,
                total(median),
                total(phases.get(0)),
                perfCase.floor().measureMs(),
                perfCase.floor().flops() / total(median) / 1e6,
                median);
    }

    /** One round; milliseconds per phase. */
    public Map<String, Double> round() {
        for (UpdateStep step : schedule.steps()) {
            try (PointerScope scope = new PointerScope()) {
                clock.phase("batch");
                var batch = batches.next();
                clock.phase("update");
                learner.update(batch, step);
                if (step.targetsFollow()) {
                    clock.phase("targets");
                    learner.updateTargets();
                }
                clock.phase("release");
            }
        }
        clock.stop();
        return clock.take();
    }

    private static double total(Map<String, Double> phases) {
        return phases.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    private static Budget unlimited() {
        Map<Role, Long> grants = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            grants.put(role, Long.MAX_VALUE);
        }
        return new Budget(grants);
    }

    @Override
    public void close() {
        learner.close();
        context.close();
    }
}
