package org.cfcql.perf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.cfcql.budget.Budget;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.data.batch.Batch;
import org.cfcql.error.HarnessBug;
import org.cfcql.error.OrderlyEnd;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.HarnessContext;
import org.cfcql.learn.Learner;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.StreamNoise;
import org.cfcql.learn.Track;
import org.cfcql.learn.UpdateStep;
import org.cfcql.random.SeedTree;
import org.cfcql.tensor.Compute;

/** Runs the rounds of a case and times them; one compute thread, as a worker has. */
public final class PerfRunner implements AutoCloseable {
    private static final int WARM_UP_ROUNDS = 8;

    /** Before anything is timed, so that the Java machine has compiled what a long run runs. */
    private static final long WARM_UP_MS = 4_000;

    /** Largest part of a round that may lie outside of its phases. */
    private static final double UNACCOUNTED = 0.05;

    private static final int TOLERATED_INTERRUPTIONS = 10;

    private final PerfCase perfCase;
    private final Clock time;
    private final PhaseClock clock;
    private final HarnessContext context;
    private final Learner learner;
    private final Schedule schedule;
    private final Supplier<? extends Batch> batches;

    /**
     * A round.
     *
     * @param totalMs by a clock of its own around the whole round
     * @param phases milliseconds per phase
     */
    private record Round(double totalMs, Map<String, Double> phases) {
        double unaccountedMs() {
            return Math.abs(
                    totalMs - phases.values().stream().mapToDouble(Double::doubleValue).sum());
        }
    }

    /**
     * A learner of the case's algorithm, warm.
     *
     * @param compute what the learner computes with
     * @param time what time is counted
     */
    public PerfRunner(PerfCase perfCase, Compute compute, Clock time) {
        this.perfCase = perfCase;
        this.time = time;
        clock = new PhaseClock(time::nanoTime);
        SeedTree seeds = new SeedTree(0);
        context =
                new HarnessContext(
                        compute,
                        seeds,
                        new StreamNoise(seeds.child("noise"), compute.tensors()),
                        clock,
                        new BudgetLedger(Budget.unlimited()));
        Algorithm algorithm = Algorithms.find(perfCase.algorithm());
        Settings settings = new Settings(perfCase.algorithm(), perfCase.settings());
        ConfiguredAlgorithm configured =
                algorithm.configure(perfCase.task().shape(), settings, Track.EQUAL);
        learner = configured.create(context);
        schedule = configured.schedule();
        batches =
                SyntheticData.of(perfCase.task(), compute.tensors(), seeds.child("data").stream());
        for (int round = 0; round < WARM_UP_ROUNDS; round++) {
            round();
        }
    }

    /**
     * Times rounds; the phases are those of the round with the median time.
     *
     * <p>A round whose phases do not add up to it within 5 % was interrupted between the two
     * clocks, as happens on a shared machine, and is timed again.
     *
     * @throws HarnessBug if that goes on, so that the phases do leave something out
     */
    public Measurement measure(int rounds) {
        long startedNs = System.nanoTime();
        while (System.nanoTime() - startedNs < WARM_UP_MS * 1_000_000) {
            round();
        }
        List<Round> measured = new ArrayList<>();
        for (int interrupted = 0; measured.size() < rounds; ) {
            Round round = timedRound();
            if (round.unaccountedMs() <= UNACCOUNTED * round.totalMs()) {
                measured.add(round);
            } else if (++interrupted > rounds + TOLERATED_INTERRUPTIONS) {
                throw new HarnessBug(
                        "expected the phases of "
                                + perfCase.name()
                                + " to add up to its "
                                + round.totalMs()
                                + " ms within 5 %, found "
                                + round.phases());
            }
        }
        measured.sort(Comparator.comparingDouble(Round::totalMs));
        Round median = measured.get(rounds / 2);
        return new Measurement(
                perfCase.name(),
                1,
                median.totalMs(),
                measured.get(0).totalMs(),
                perfCase.floor().measureMs(time),
                perfCase.floor().flops() / median.totalMs() / 1e6,
                median.phases());
    }

    private Round timedRound() {
        long startedNs = time.nanoTime();
        Map<String, Double> phases = round();
        return new Round((time.nanoTime() - startedNs) / 1e6, phases);
    }

    /** One round; milliseconds per phase. */
    public Map<String, Double> round() {
        for (UpdateStep step : schedule.steps()) {
            OrderlyEnd.safePlace();
            try (PointerScope scope = new PointerScope()) {
                clock.phase("batch");
                Batch batch = batches.get();
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

    @Override
    public void close() {
        learner.close();
        context.close();
    }
}
