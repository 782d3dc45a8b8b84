package org.cfcql.run;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.cfcql.budget.Budget;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.error.OrderlyEnd;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.PretrainingPlan;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.UpdateStep;
import org.cfcql.run.dataset.DatasetFacts;
import org.cfcql.run.dataset.ProbeBatches;
import org.cfcql.run.model.ModelIdentity;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.plan.Cell.EvaluationProtocol;
import org.cfcql.run.plan.Pretraining;
import org.cfcql.run.play.OnlineSettings;
import org.cfcql.run.play.PlayEstimate;
import org.cfcql.run.training.Services;
import org.cfcql.run.training.Training;
import org.cfcql.tensor.ComputeDevice;

/**
 * How long cells will take and how much they will write.
 *
 * <p>Time comes from a probe on this machine: one warm-up and up to three timed rounds of each
 * algorithm on a batch of noise of the data's shape, on the processor where this machine lacks the
 * cell's device (a job array may be planned where it is not run). Evaluations are reckoned with
 * {@link #EVALUATION_STEP_MS} per step of a vector of environments.
 */
public final class RunEstimate {
    /** Reckoned time of one step of up to a hundred environments, in milliseconds. */
    public static final double EVALUATION_STEP_MS = 3;

    private static final int TIMED_ROUNDS = 3;
    private static final int PROBED_SETTINGS = 4;
    private static final long PROBE_NANOS = 3_000_000_000L;
    private static final long BYTES_PER_EPISODE_LINE = 220;
    private static final long BYTES_PER_METRICS_LINE = 600;
    private static final long SMALL_FILES_BYTES = 32_768;

    private final Services services;
    private final Map<List<Object>, Probe> probes = new HashMap<>();
    private final Map<List<Object>, List<Probe>> probedAlike = new HashMap<>();
    private final Set<ModelIdentity> models = new HashSet<>();

    private final int timedRounds;

    /** Estimates of this machine, with times. */
    public RunEstimate(Services services) {
        this(services, TIMED_ROUNDS);
    }

    private RunEstimate(Services services, int timedRounds) {
        this.services = services;
        this.timedRounds = timedRounds;
    }

    /** Estimates of memory and disk: one round per algorithm and shape, its time not measured. */
    public static RunEstimate ofRoom(Services services) {
        return new RunEstimate(services, 0);
    }

    /**
     * Of one cell.
     *
     * @param seconds time of its worker
     * @param bytes disk it takes
     */
    public record Estimate(double seconds, long bytes) {}

    /** The device that the time of a cell is measured on: its own, or the processor. */
    public static ComputeDevice measuredOn(String device) {
        ComputeDevice own = ComputeDevice.parse(device);
        return own.available() ? own : ComputeDevice.CPU;
    }

    private record Probe(
            double roundMs, Map<PretrainingPlan, Double> pretrainingMs, long checkpointBytes) {}

    /** The estimate of a cell; each algorithm, setting and shape is probed once. */
    public Estimate of(Cell cell) {
        DatasetFacts facts = services.facts(cell);
        TaskShape task = facts.task();
        boolean here = cell.compute().device().available();
        Probe probe = probeOf(here ? cell : cell.onProcessor(), facts);
        long evaluations =
                (cell.length().rounds() + cell.evaluation().every() - 1L)
                        / cell.evaluation().every();
        long vectors =
                evaluations * EvaluationProtocol.vectors(cell.evaluation().episodes())
                        + EvaluationProtocol.vectors(cell.evaluation().finalEpisodes());
        PlayEstimate play = PlayEstimate.of(cell, task);
        double evaluationMs =
                (vectors * task.episodeLimit() + play.vectorSteps()) * EVALUATION_STEP_MS;
        double ms =
                pretrainingMs(probe, cell, facts)
                        + cell.length().rounds() * probe.roundMs()
                        + evaluationMs;
        long lines = evaluations * cell.evaluation().episodes() + cell.evaluation().finalEpisodes();
        long logged = cell.length().rounds() / Math.max(1, cell.evaluation().every() / 10) + 1;
        // Twice the checkpoint: the next one is complete before the last one goes.
        long bytes =
                2 * probe.checkpointBytes()
                        + lines * BYTES_PER_EPISODE_LINE
                        + logged * BYTES_PER_METRICS_LINE
                        + play.bytes()
                        + SMALL_FILES_BYTES;
        return new Estimate(ms / 1000, bytes);
    }

    /**
     * The probe of a cell's settings, or of the first settings of a long sweep: values of a setting
     * rarely change what a round costs, and thousands of probes take longer than they inform.
     */
    private Probe probeOf(Cell cell, DatasetFacts facts) {
        List<Object> alike = List.of(cell.algorithm(), cell.track(), facts, cell.length().batch());
        List<Probe> known = probedAlike.computeIfAbsent(alike, absent -> new ArrayList<>());
        List<Object> own = List.of(alike, cell.settings());
        Probe probe = probes.get(own);
        if (probe == null && known.size() < PROBED_SETTINGS) {
            probe = probe(cell, facts);
            known.add(probe);
            probes.put(own, probe);
        }
        return probe == null ? Collections.max(known, Comparator.comparing(Probe::roundMs)) : probe;
    }

    /** A model that cells share is trained by the first of them only. */
    private double pretrainingMs(Probe probe, Cell cell, DatasetFacts facts) {
        double ms = 0;
        for (var entry : probe.pretrainingMs().entrySet()) {
            boolean mine =
                    entry.getKey().shared().isEmpty()
                            || models.add(ModelIdentity.of(entry.getKey(), cell, facts));
            ms += mine ? entry.getValue() : 0;
        }
        return ms;
    }

    private Probe probe(Cell cell, DatasetFacts facts) {
        Settings settings = new Settings(cell.algorithm(), cell.settings());
        OnlineSettings.check(cell, settings);
        ConfiguredAlgorithm algorithm = services.configure(cell, facts.task(), settings);
        List<PretrainingPlan> plans = Pretraining.of(algorithm, cell, facts);
        BudgetLedger ledger = new BudgetLedger(Budget.unlimited());
        ProbeBatches batches =
                new ProbeBatches(
                        facts, cell.seeds().child("probe").stream(), Training.tensors(cell));
        try (Training training = new Training(algorithm, cell, ledger)) {
            Map<PretrainingPlan, Double> pretrainingMs = new LinkedHashMap<>();
            for (PretrainingPlan plan : plans) {
                double updateMs = fastestMs(() -> pretrain(training, plan, batches));
                pretrainingMs.put(plan, plan.updates() * updateMs);
            }
            double roundMs =
                    fastestMs(
                            () ->
                                    round(
                                            training,
                                            algorithm.schedule(),
                                            cell.length().batch(),
                                            batches));
            long bytes =
                    training.tensors().values().stream()
                            .mapToLong(tensor -> tensor.numel() * tensor.element_size())
                            .sum();
            return new Probe(roundMs, pretrainingMs, bytes);
        }
    }

    private double fastestMs(Runnable unit) {
        unit.run();
        double fastest = Double.POSITIVE_INFINITY;
        long begin = System.nanoTime();
        for (int index = 0; index < timedRounds; index++) {
            long start = System.nanoTime();
            unit.run();
            fastest = Math.min(fastest, (System.nanoTime() - start) / 1e6);
            if (System.nanoTime() - begin > PROBE_NANOS) {
                break;
            }
        }
        return fastest;
    }

    private static void pretrain(Training training, PretrainingPlan plan, ProbeBatches batches) {
        try (PointerScope scope = new PointerScope()) {
            training.learner().pretrain(plan.name(), batches.of(plan.batchSize()));
        }
    }

    private static void round(
            Training training, Schedule schedule, int size, ProbeBatches batches) {
        for (UpdateStep step : schedule.steps()) {
            OrderlyEnd.safePlace();
            try (PointerScope scope = new PointerScope()) {
                training.learner().update(batches.of(size), step);
                if (step.targetsFollow()) {
                    training.learner().updateTargets();
                }
            }
        }
    }
}
