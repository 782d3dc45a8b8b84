package org.cfcql.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.cfcql.cli.executor.CellProcess;
import org.cfcql.cli.executor.LocalExecutor;
import org.cfcql.cli.executor.LocalExecutor.Failure;
import org.cfcql.cli.executor.PlainProgress;
import org.cfcql.error.ForeignText;
import org.cfcql.error.MachineFault;
import org.cfcql.error.OrderlyEnd;
import org.cfcql.error.UserError;
import org.cfcql.lock.HeldLock;
import org.cfcql.lock.LockReach;
import org.cfcql.run.folder.CellFolder;
import org.cfcql.run.folder.RunFolder;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.plan.Plan;

/**
 * The cells of one task of a job, each in a process of its own, for engines that start this once
 * and look at nothing but its exit status.
 *
 * <p>What a job writes for days must not grow without end, whatever a library prints: messages of
 * cells go to their own logs, which are bounded.
 */
record DetachedWorker(RunFolder run, int workers, PrintWriter err) {
    private static final int STOPPED = 130;
    private static final int CELL_FAILED = 1;
    private static final Duration STALL = Duration.ofMinutes(30);

    /**
     * Runs cells.
     *
     * @return 0 if each cell is done or somebody else is at work at it; else 6 if the machine gave
     *     out, or the status of the first cell that failed
     */
    int run(List<String> ids) {
        LockReach.requireBeyondThisMachine(run.path(), CellFolder.ELSEWHERE);
        Plan plan = run.plan();
        List<Cell> waiting = new ArrayList<>();
        for (String id : ids) {
            Cell cell = plan.cell(id);
            if (isDone(cell)) {
                say("done before " + id);
            } else {
                waiting.add(cell);
            }
        }
        if (waiting.isEmpty()) {
            return 0;
        }
        LocalExecutor executor =
                new LocalExecutor(
                        run,
                        workers,
                        STALL,
                        new PlainProgress(err, waiting.size(), workers),
                        id -> CellProcess.command(run.path(), id));
        OrderlyEnd.instead(executor::stop, LocalExecutor.PATIENCE);
        List<Failure> failures = new ArrayList<>(executor.execute(waiting));
        if (executor.stopping()) {
            return STOPPED;
        }
        failures.removeIf(this::isElsewhere);
        failures.forEach(one -> say("cfcql: " + ForeignText.oneLine(one.reason())));
        return status(failures);
    }

    private static int status(List<Failure> failures) {
        if (failures.isEmpty()) {
            return 0;
        }
        if (failures.stream().anyMatch(one -> one.status() == MachineFault.EXIT_CODE)) {
            return MachineFault.EXIT_CODE;
        }
        return Math.max(CELL_FAILED, failures.get(0).status());
    }

    /** One with a damaged result is left to its worker, which says what is wrong with it. */
    private boolean isDone(Cell cell) {
        try {
            return run.cell(cell.id()).done(cell);
        } catch (UserError damaged) {
            return false;
        }
    }

    /**
     * A worker gives a cell up, after half a minute, to one that holds it. Whoever holds it runs it
     * to its end or its checkpoint, so that this task has nothing left to do.
     */
    private boolean isElsewhere(Failure failure) {
        if (failure.status() != UserError.EXIT_CODE
                || !HeldLock.isHeld(run.cell(failure.cell()).lockFile())) {
            return false;
        }
        say("at work elsewhere " + failure.cell());
        return true;
    }

    private void say(String line) {
        err.println(line);
        err.flush();
    }
}
