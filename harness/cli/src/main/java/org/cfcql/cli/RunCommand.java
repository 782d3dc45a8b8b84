package org.cfcql.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.cfcql.cli.executor.BarProgress;
import org.cfcql.cli.executor.CellProcess;
import org.cfcql.cli.executor.Engine;
import org.cfcql.cli.executor.JobShape;
import org.cfcql.cli.executor.LocalExecutor;
import org.cfcql.cli.executor.LocalExecutor.Failure;
import org.cfcql.cli.executor.MatrixProgress;
import org.cfcql.cli.executor.PlainProgress;
import org.cfcql.cli.executor.SlurmQueue;
import org.cfcql.env.bridge.BridgeProvider;
import org.cfcql.env.bridge.Bridges;
import org.cfcql.error.MachineFault;
import org.cfcql.error.OrderlyEnd;
import org.cfcql.error.UserError;
import org.cfcql.lock.HeldLock;
import org.cfcql.lock.LockReach;
import org.cfcql.nativecode.LibTorchRuntime;
import org.cfcql.run.Preflight;
import org.cfcql.run.ResourceNeed;
import org.cfcql.run.RunEstimate;
import org.cfcql.run.experiment.Experiment;
import org.cfcql.run.experiment.ExperimentReader;
import org.cfcql.run.experiment.NamedAlgorithms;
import org.cfcql.run.folder.CellFolder;
import org.cfcql.run.folder.RunFolder;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.plan.Plan;
import org.cfcql.run.storage.Storage;
import org.cfcql.run.training.Services;
import org.cfcql.tensor.ComputeDevice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cfcql run}: runs or resumes the cells of an experiment. */
@Command(
        name = "run",
        description = "Runs or resumes the cells of an experiment.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Running it again continues unfinished cells and retries failed ones. The last line"
                    + " printed is the run folder. Exit code 1 if a cell failed.",
            "Example: cfcql run experiments/quickstart.yaml --set budget.rounds=100 --workers 2"
        })
final class RunCommand implements Callable<Integer> {
    private static final int STOPPED = 130;
    private static final int CELL_FAILED = 1;

    @Parameters(paramLabel = "EXPERIMENT.yaml", description = "The experiment.")
    private Path file;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Sets a dotted key, the value in YAML; a list makes a sweep.")
    private List<String> overrides = new ArrayList<>();

    @Option(
            names = "--workers",
            description =
                    "Cells at a time (default: one per core that this process may use, fewer where"
                            + " memory does not suffice).")
    private int workers = Runtime.getRuntime().availableProcessors();

    @Mixin private JobOptions jobs;

    @Option(names = "--out", description = "Run folder (default: runs/NAME).")
    private Path out;

    @Option(names = "--device", description = "cpu or cuda:N (default: the experiment's).")
    private String device;

    @Option(
            names = "--scale",
            paramLabel = "SHARE",
            description =
                    "Share of the budget, of auxiliary models too, that all algorithms get alike,"
                            + " above 0, at most 1 (default: the experiment's).")
    private String scale;

    @Option(
            names = "--kernels",
            description = "on or off: LibTorch's own operations instead (default: on).")
    private String kernels;

    @Option(
            names = "--sequences",
            description = "packed or padded recurrent batches (default: the algorithms' settings).")
    private String sequences;

    @Option(names = "--dry-run", description = "Print cells, time and disk; run nothing.")
    private boolean dryRun;

    @Option(
            names = "--overcommit",
            description = "Start also where memory or disk are reckoned not to suffice.")
    private boolean overcommit;

    @Option(
            names = "--stall-minutes",
            defaultValue = "30",
            description = "Kill a worker without progress for so long (default: ${DEFAULT-VALUE}).")
    private long stallMinutes;

    @Option(names = "--json", description = "One JSON object on standard output.")
    private boolean json;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        if (workers < 1 || stallMinutes < 1) {
            throw new UserError(
                    "expected --workers and --stall-minutes to be at least 1, found "
                            + workers
                            + " and "
                            + stallMinutes
                            + "; raise them");
        }
        jobs.requireFitting();
        Experiment asked = ExperimentReader.read(file, settings());
        NamedAlgorithms named = NamedAlgorithms.of(asked.algorithms());
        named.meanings().forEach(line -> spec.commandLine().getErr().println("note: " + line));
        Experiment experiment = asked.withAlgorithms(named.algorithms());
        Services services = Wiring.services();
        OrderlyEnd.safePlace();
        LibTorchRuntime.initialise(1);
        OrderlyEnd.safePlace();
        Wiring.reportMissingKernels(spec.commandLine().getErr());
        Plan plan = Preflight.plan(experiment, services);
        sayWhatIsNotEvaluated(experiment, plan);
        Path folder = out == null ? Path.of("runs").resolve(experiment.name()) : out;
        RunFolder run = new RunFolder(folder.toAbsolutePath().normalize());
        if (jobs.here()) {
            experiment.compute().device().requireAvailable();
        }
        if (dryRun) {
            return describe(plan, run, services, experiment.compute().device().toString());
        }
        Set<String> tasks = new TreeSet<>();
        plan.cells().stream()
                .filter(cell -> cell.evaluation().takesPlace())
                .forEach(cell -> tasks.add(cell.environment().id()));
        Wiring.requireInstalled(new BridgeProvider(Bridges.ofThisProcess()), tasks);
        try (HeldLock lock = run.lock().orElseThrow(() -> CellFolder.inUse(run.path()))) {
            run.prepare(experiment, plan);
            return execute(plan, run, services);
        }
    }

    private void sayWhatIsNotEvaluated(Experiment experiment, Plan plan) {
        String reason =
                experiment.evaluation().skipped()
                        ? "the experiment says so"
                        : "the harness has no environment of that id";
        plan.cells().stream()
                .filter(cell -> !cell.evaluation().takesPlace())
                .map(cell -> cell.environment().id())
                .distinct()
                .map(id -> "note: policies of " + id + " are trained and kept, not evaluated: ")
                .forEach(line -> spec.commandLine().getErr().println(line + reason));
    }

    /**
     * What the command line sets: {@code --set} first, then the options that are keys themselves.
     */
    private List<String> settings() {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("device", device);
        options.put("scale", scale);
        options.put("kernels", kernels);
        options.put("sequences", sequences);
        List<String> settings = new ArrayList<>(overrides);
        options.forEach(
                (key, value) -> {
                    if (value != null) {
                        settings.add(key + "=" + value);
                    }
                });
        return settings;
    }

    private int execute(Plan plan, RunFolder run, Services services) {
        List<Failure> damaged = new ArrayList<>();
        List<Cell> waiting = waiting(plan, run, damaged);
        PrintWriter err = spec.commandLine().getErr();
        int finished = plan.cells().size() - waiting.size() - damaged.size();
        if (finished > 0) {
            err.println(finished + " of " + plan.cells().size() + " cells were done before");
            err.flush();
        }
        if (waiting.isEmpty()) {
            return summary(plan, run, damaged);
        }
        if (!jobs.here()) {
            handOver(waiting, run, err);
            return summary(plan, run, damaged);
        }
        if (!overcommit) {
            RunEstimate estimate = RunEstimate.ofRoom(services);
            ResourceNeed need = ResourceNeed.of(waiting, workers, estimate, services, run.path());
            fitWorkers(need);
            need.withWorkers(Math.min(workers, need.workers())).require();
        }
        LocalExecutor local =
                new LocalExecutor(
                        run,
                        workers,
                        Duration.ofMinutes(stallMinutes),
                        progress(waiting.size(), err),
                        id -> CellProcess.command(run.path(), id));
        OrderlyEnd.instead(local::stop, LocalExecutor.PATIENCE);
        damaged.addAll(local.execute(waiting));
        if (local.stopping()) {
            return STOPPED;
        }
        run.requireWhole(plan);
        return summary(plan, run, damaged);
    }

    /** Writes what an engine needs for the cells that are neither done nor in its queue. */
    private void handOver(List<Cell> waiting, RunFolder run, PrintWriter err) {
        LockReach.requireBeyondThisMachine(run.path(), CellFolder.ELSEWHERE);
        List<Cell> missing = waiting;
        if (jobs.slurm()) {
            SlurmQueue queue = SlurmQueue.of(run);
            missing = waiting.stream().filter(one -> !queue.tasks().containsKey(one.id())).toList();
            if (!queue.note().isEmpty()) {
                err.println("note: " + queue.note());
            }
            if (missing.size() < waiting.size()) {
                err.println((waiting.size() - missing.size()) + " cells are in the queue already");
            }
        }
        if (missing.isEmpty()) {
            err.flush();
            return;
        }
        boolean asked = spec.commandLine().getParseResult().hasMatchedOption("--workers");
        JobShape shape = jobs.shape(workers, asked);
        List<List<String>> commands =
                jobs.engine()
                        .write(
                                run,
                                missing,
                                Home.locate().resolve("cfcql"),
                                shape,
                                System.getenv());
        Engine.print(commands, err);
        if (jobs.submit()) {
            Engine.submit(commands, err);
        }
    }

    /** By default no more workers than memory has room for; who asks for a number gets it. */
    private void fitWorkers(ResourceNeed need) {
        boolean asked = spec.commandLine().getParseResult().hasMatchedOption("--workers");
        int fitting = need.fittingWorkers();
        if (asked || fitting >= need.workers()) {
            return;
        }
        workers = fitting;
        PrintWriter err = spec.commandLine().getErr();
        err.println(fitting + " workers at a time, because memory has no room for more");
        err.flush();
    }

    /** Cells to run; one whose files belong to something else is named and left as it is. */
    private static List<Cell> waiting(Plan plan, RunFolder run, List<Failure> damaged) {
        Map<String, Failure> refusals = new ConcurrentHashMap<>();
        List<Cell> waiting =
                plan.cells().parallelStream()
                        .filter(cell -> isWaiting(cell, run, refusals))
                        .toList();
        plan.cells().stream()
                .map(cell -> refusals.get(cell.id()))
                .filter(Objects::nonNull)
                .forEach(damaged::add);
        return waiting;
    }

    private static boolean isWaiting(Cell cell, RunFolder run, Map<String, Failure> refusals) {
        try {
            return !run.cell(cell.id()).done(cell);
        } catch (UserError refused) {
            refusals.put(
                    cell.id(), new Failure(cell.id(), refused.exitCode(), refused.getMessage()));
            return false;
        }
    }

    private MatrixProgress progress(int cells, PrintWriter err) {
        return BarProgress.fits()
                ? new BarProgress(cells, workers)
                : new PlainProgress(err, cells, workers);
    }

    /** Scores with the ledger, failures with their reasons, the folder last. */
    private int summary(Plan plan, RunFolder run, List<Failure> failures) {
        PrintWriter standard = spec.commandLine().getOut();
        List<CellSummary> rows =
                plan.cells().parallelStream()
                        .map(cell -> CellSummary.of(cell, run.cell(cell.id()), failures))
                        .toList();
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("folder", run.path().toString());
            all.put("cells", rows.stream().map(CellSummary::toMap).toList());
            standard.println(text(all));
        } else {
            rows.forEach(row -> standard.println(row.line()));
            standard.println(run.path());
        }
        standard.flush();
        if (failures.stream().anyMatch(one -> one.status() == MachineFault.EXIT_CODE)) {
            return MachineFault.EXIT_CODE;
        }
        // A job array runs later; here everything was to be done by now.
        boolean owed = jobs.here() && !rows.stream().allMatch(CellSummary::done);
        return owed || !failures.isEmpty() ? CELL_FAILED : 0;
    }

    /** Ids of the cells that a run would run; damaged ones are named. */
    private Set<String> left(Plan plan, RunFolder run) {
        List<Failure> damaged = new ArrayList<>();
        Set<String> left = new HashSet<>();
        waiting(plan, run, damaged).forEach(cell -> left.add(cell.id()));
        PrintWriter err = spec.commandLine().getErr();
        damaged.forEach(one -> err.println("damaged " + one.cell() + ": " + one.reason()));
        return left;
    }

    private int describe(Plan plan, RunFolder run, Services services, String wanted) {
        RunEstimate estimate = new RunEstimate(services);
        String measuredOn = RunEstimate.measuredOn(wanted).toString();
        Set<String> left = left(plan, run);
        PrintWriter standard = spec.commandLine().getOut();
        List<CellEstimate> rows = new ArrayList<>();
        double seconds = 0;
        double slowest = 0;
        long bytes = 0;
        for (Cell cell : plan.cells()) {
            RunEstimate.Estimate one = estimate.of(cell);
            boolean done = !left.contains(cell.id());
            seconds += done ? 0 : one.seconds();
            slowest = done ? slowest : Math.max(slowest, one.seconds());
            bytes += done ? 0 : one.bytes();
            rows.add(CellEstimate.of(cell, done, one));
        }
        ResourceNeed need = ResourceNeed.of(plan.cells(), workers, estimate, services, run.path());
        fitWorkers(need);
        double matrix = Math.max(slowest, seconds / workers);
        List<String> room = need.withWorkers(Math.min(workers, need.workers())).lines();
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("folder", run.path().toString());
            all.put("cells", rows);
            all.put("workers", workers);
            all.put("seconds", Math.round(matrix));
            all.put("measuredOn", measuredOn);
            all.put("megabytes", Math.round(bytes / 1e5) / 10.0);
            all.put("room", room);
            standard.println(text(all));
            return 0;
        }
        rows.forEach(row -> standard.println(row.line()));
        standard.printf(
                Locale.ROOT,
                "%d cells, about %.0f s with %d workers, %.1f MB%n",
                rows.size(),
                matrix,
                workers,
                bytes / 1e6);
        standard.printf(
                Locale.ROOT,
                "time: measured here just now on %s (three rounds per algorithm on a batch of"
                        + " noise) plus %.0f ms per evaluation step%n",
                measuredOn.equals(ComputeDevice.parse(wanted).toString())
                        ? measuredOn
                        : "the processor, because there is no " + wanted + " here",
                RunEstimate.EVALUATION_STEP_MS);
        room.forEach(standard::println);
        standard.println(run.path());
        return 0;
    }

    private static String text(Object value) {
        try {
            return Storage.JSON.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
