package org.cfcql.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.cfcql.cli.executor.TaskList;
import org.cfcql.cli.executor.WorkerReport;
import org.cfcql.error.CfcqlException;
import org.cfcql.error.ForeignText;
import org.cfcql.error.MachineFault;
import org.cfcql.error.OrderlyEnd;
import org.cfcql.error.Stopping;
import org.cfcql.error.UserError;
import org.cfcql.lock.HeldLock;
import org.cfcql.nativecode.LibTorchRuntime;
import org.cfcql.run.cell.CellRunner;
import org.cfcql.run.folder.CellFolder;
import org.cfcql.run.folder.CellProvenance;
import org.cfcql.run.folder.RunFolder;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.Storage;
import org.cfcql.run.training.CellProgress;
import org.cfcql.run.training.RunOptions;
import org.cfcql.run.training.StopSignal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code cfcql worker}: runs one cell in this process, or the cells of a job's task in processes of
 * their own; started by {@code cfcql run} and by engines of clusters.
 */
@Command(
        name = "worker",
        description =
                "Runs cells of a run folder (started by cfcql run and by engines of clusters).",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Standard output: one JSON object per line on how far it is. The line stop on standard"
                + " input, its end, or a signal make it checkpoint and end: with 130, or 128 plus"
                + " the signal's number. With --detached it starts such a worker for each cell of"
                + " its task, keeps their messages in the cells' log.txt, and says every half"
                + " minute how far they are; a cell that is done, or at which another worker is at"
                + " work, is none of its business and ends with 0.",
            "Example: cfcql worker --detached --run runs/quickstart"
                    + " --cell cfcql__mpe-simple_spread__simple_spread-random__s0__equal"
        })
final class WorkerCommand implements Callable<Integer> {
    private static final int COMPUTE_THREADS = 1;
    private static final int STOPPED = 130;
    private static final int STOP_SECONDS = 30;

    /** The property is for tests, which know that whoever holds a cell keeps it. */
    private static final long LOCK_WAIT_NANOS =
            TimeUnit.SECONDS.toNanos(Integer.getInteger("cfcql.lock.seconds", 30));

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long REPORT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    @Option(names = "--run", required = true, description = "The run folder.")
    private Path run;

    @Option(names = "--cell", paramLabel = "ID", description = "Id of the cell, from plan.json.")
    private String cellId;

    @Option(
            names = "--list",
            paramLabel = "FILE",
            description = "Instead of --cell: cells of each task of a job, a line per task.")
    private Path list;

    @Option(names = "--task", paramLabel = "N", description = "Task of the list, from 0.")
    private Integer task;

    @Option(
            names = "--workers",
            defaultValue = "1",
            description = "Cells of the task at a time (default: ${DEFAULT-VALUE}).")
    private int workers;

    @Option(names = "--detached", description = "Do not end with standard input; for job arrays.")
    private boolean detached;

    @Spec private CommandSpec spec;

    private final StopSignal stop = new StopSignal();
    private final CountDownLatch ended = new CountDownLatch(1);
    private long reportedNanos;

    @Override
    public Integer call() {
        PrintStream reports = System.out;
        RunFolder runFolder = new RunFolder(run.toAbsolutePath().normalize());
        List<String> ids = cellIds();
        if (detached) {
            return new DetachedWorker(runFolder, workers, spec.commandLine().getErr()).run(ids);
        }
        CellFolder folder = runFolder.cell(cellId);
        Cell cell;
        try {
            cell = runFolder.plan().cell(cellId);
        } catch (MachineFault unreadable) {
            return failed(folder, unreadable);
        }
        OrderlyEnd.instead(stop::request, Duration.ofSeconds(STOP_SECONDS));
        Thread watcher = new Thread(this::watchStandardInput, "standard-input");
        watcher.setDaemon(true);
        watcher.start();
        HeldLock taken;
        try {
            taken = lock(folder);
        } catch (CfcqlException notOurs) {
            // The folder belongs to somebody else or to nobody: nothing is noted in it.
            ended.countDown();
            return tell(Diagnosis.of(notOurs));
        }
        try (taken) {
            return folder.done(cell) ? 0 : runCell(cell, folder, reports);
        } catch (Stopping asked) {
            return STOPPED;
        } catch (RuntimeException | Error failure) {
            return failed(folder, failure);
        } finally {
            ended.countDown();
        }
    }

    /** The cells of the task; without --detached exactly one, as a parent asks for. */
    private List<String> cellIds() {
        boolean one = cellId != null && list == null && task == null;
        boolean many = cellId == null && list != null && task != null && detached;
        if (!(one || many) || workers < 1) {
            throw new UserError(
                    "expected --cell ID, or --detached with --list FILE and --task N, and --workers"
                            + " of at least 1; found something else");
        }
        return one ? List.of(cellId) : new TaskList(list).task(task);
    }

    private int runCell(Cell cell, CellFolder folder, PrintStream reports) {
        CellProvenance provenance =
                new CellProvenance(
                        Version.current(),
                        Home.locate(),
                        LibTorchRuntime.initialise(COMPUTE_THREADS));
        CellProgress progress = (phase, done, total) -> report(reports, phase, done, total);
        try (CellRunner runner =
                new CellRunner(
                        cell,
                        folder,
                        provenance,
                        Wiring.services(),
                        new RunOptions(stop, progress))) {
            return runner.run() == CellRunner.Outcome.DONE ? 0 : STOPPED;
        }
    }

    private void report(PrintStream reports, String phase, long done, long total) {
        long now = System.nanoTime();
        if (done == total || now - reportedNanos > REPORT_NANOS) {
            reportedNanos = now;
            reports.println(new WorkerReport(phase, done, total, "").toLine());
            reports.flush();
        }
    }

    private static int failed(CellFolder folder, Throwable failure) {
        Diagnosis diagnosis = Diagnosis.of(failure);
        if (diagnosis.bug()) {
            failure.printStackTrace();
        }
        tell(diagnosis);
        Map<String, Object> record = new LinkedHashMap<>();
        record.put("exitCode", diagnosis.exitCode());
        record.put("message", diagnosis.message());
        record.put("at", Instant.now().toString());
        try {
            Storage.writeJson(folder.failure(), record);
        } catch (MachineFault unwritable) {
            System.err.println("cfcql: " + unwritable.getMessage());
        }
        return diagnosis.exitCode();
    }

    /** One line for the reader of the log, one for the parent; the exit status to end with. */
    private static int tell(Diagnosis diagnosis) {
        if (!diagnosis.bug()) {
            System.err.println("cfcql: " + ForeignText.oneLine(diagnosis.message()));
        }
        System.out.println(
                new WorkerReport(WorkerReport.FAILED, 0, 0, diagnosis.message()).toLine());
        System.out.flush();
        return diagnosis.exitCode();
    }

    /** A worker whose parent was killed may still be writing its last checkpoint. */
    private static HeldLock lock(CellFolder folder) {
        long deadline = System.nanoTime() + LOCK_WAIT_NANOS;
        Optional<HeldLock> lock = folder.lock();
        while (lock.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(POLL_NANOS);
            lock = folder.lock();
        }
        return lock.orElseThrow(() -> CellFolder.inUse(folder.path()));
    }

    /** Ends with the parent: a worker without one would hold the cell for nobody. */
    private void watchStandardInput() {
        try {
            int octet = System.in.read();
            while (octet >= 0 && octet != '\n') {
                octet = System.in.read();
            }
            stop.request();
            if (octet < 0 && !ended.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                LibTorchRuntime.halt(STOPPED);
            }
        } catch (IOException closed) {
            stop.request();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
