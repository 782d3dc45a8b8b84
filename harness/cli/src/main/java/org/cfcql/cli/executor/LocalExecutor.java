package org.cfcql.cli.executor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.cfcql.cli.executor.CellProcess.WorkerEnd;
import org.cfcql.error.CfcqlException;
import org.cfcql.error.ForeignText;
import org.cfcql.error.HarnessBug;
import org.cfcql.error.MachineFault;
import org.cfcql.error.Stopping;
import org.cfcql.run.folder.RunFolder;
import org.cfcql.run.plan.Cell;

/** Runs cells in worker processes on this machine, a fixed number at a time. */
public final class LocalExecutor {
    /** How long an execution may go on once stopped: workers finish an update and checkpoint. */
    public static final Duration PATIENCE = Duration.ofSeconds(70);

    /** Exit statuses of a worker that was asked to stop, by its parent or by HUP, INT or TERM. */
    private static final Set<Integer> STOPPED = Set.of(129, 130, 143);

    private static final int WATCH_SECONDS = 1;
    private static final int STOP_SECONDS = 60;

    private final RunFolder run;
    private final int workers;
    private final Duration stall;
    private final MatrixProgress progress;
    private final Function<String, List<String>> commands;
    private final Set<CellProcess> active = ConcurrentHashMap.newKeySet();
    private final Map<String, WorkerEnd> failed = new ConcurrentHashMap<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean stopping;

    /**
     * An executor.
     *
     * @param workers processes at a time
     * @param stall time without progress after which a worker is killed
     * @param commands command line of a cell's worker
     */
    public LocalExecutor(
            RunFolder run,
            int workers,
            Duration stall,
            MatrixProgress progress,
            Function<String, List<String>> commands) {
        this.commands = commands;
        this.run = run;
        this.workers = workers;
        this.stall = stall;
        this.progress = progress;
    }

    /**
     * A cell that did not finish.
     *
     * @param cell id
     * @param status exit status of its worker
     * @param reason one line
     */
    public record Failure(String cell, int status, String reason) {
        /** Keeps the reason on its line: it may repeat what a worker or a file said. */
        public Failure {
            reason = ForeignText.oneLine(reason);
        }
    }

    /**
     * Runs all cells that are not done.
     *
     * <p>A full disk or memory stops the start of further cells: they would fail alike.
     *
     * @return the failures in the order of the plan; empty also where the run was stopped early
     */
    public List<Failure> execute(List<Cell> cells) {
        Queue<Cell> waiting = new ConcurrentLinkedQueue<>(cells);
        Thread hook = new Thread(this::stopAll, "stop-workers");
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException processIsEnding) {
            throw new Stopping("a cell", processIsEnding);
        }
        List<Thread> threads = new ArrayList<>();
        for (int index = 0; index < Math.min(workers, cells.size()); index++) {
            Thread thread = new Thread(() -> work(waiting), "worker-" + index);
            thread.start();
            threads.add(thread);
        }
        try {
            for (Thread thread : threads) {
                while (thread.isAlive()) {
                    thread.join(TimeUnit.SECONDS.toMillis(WATCH_SECONDS));
                    active.forEach(worker -> worker.killIfSilentFor(stall));
                    progress.tick();
                }
            }
        } catch (InterruptedException interrupted) {
            stop();
            Thread.currentThread().interrupt();
        } finally {
            progress.close();
            ended.countDown();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException processIsEnding) {
            // The hook runs or has run: that is what it is for.
            stopping = true;
        }
        return cells.stream()
                .filter(cell -> failed.containsKey(cell.id()))
                .map(cell -> failure(cell.id()))
                .toList();
    }

    /** Asks all workers to checkpoint and end, and starts no other. */
    public void stop() {
        stopping = true;
        active.forEach(CellProcess::stop);
    }

    /** Whether somebody asked to stop. */
    public boolean stopping() {
        return stopping;
    }

    private Failure failure(String id) {
        return new Failure(id, failed.get(id).status(), failed.get(id).reason());
    }

    private void work(Queue<Cell> waiting) {
        for (Cell cell = waiting.poll(); cell != null && !stopping; cell = waiting.poll()) {
            String id = cell.id();
            progress.started(id);
            WorkerEnd end = attempt(cell);
            boolean done = end.status() == 0 && end.reason().isEmpty();
            if (!done && !(stopping && STOPPED.contains(end.status()))) {
                failed.put(id, end);
                if (end.status() == MachineFault.EXIT_CODE) {
                    waiting.clear();
                }
            }
            progress.ended(id, done, end.reason());
        }
    }

    /** Runs a cell's worker; the reason is empty if and only if the cell is done. */
    private WorkerEnd attempt(Cell cell) {
        String id = cell.id();
        CellProcess worker = null;
        try {
            worker = new CellProcess(commands.apply(id), run.cell(id));
            active.add(worker);
            if (stopping) {
                // The hook may have looked before this worker was in its list.
                worker.stop();
            }
            WorkerEnd end = worker.waitFor(report -> progress.report(id, report));
            boolean done = end.status() == 0 && run.cell(id).done(cell);
            return done ? new WorkerEnd(0, "") : end;
        } catch (CfcqlException fault) {
            return new WorkerEnd(fault.exitCode(), fault.getMessage());
        } catch (RuntimeException bug) {
            return new WorkerEnd(HarnessBug.EXIT_CODE, "a bug: " + bug);
        } finally {
            if (worker != null) {
                // Nobody reads its reports any more; one that ended does not mind.
                worker.kill();
                active.remove(worker);
            }
        }
    }

    /** On Ctrl-C or a termination signal: workers checkpoint, then this process may end. */
    private void stopAll() {
        stop();
        try {
            if (!ended.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                active.forEach(CellProcess::kill);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        System.err.println("cfcql: stopped; run the same command again to continue");
        System.out.println(run.path());
        System.out.flush();
    }
}
