package org.cfcql.cli.executor;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Plain lines for logs and pipes: starts, ends, and every half minute how far each cell is. */
public final class PlainProgress implements MatrixProgress {
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final PrintWriter out;
    private final Remaining remaining;
    private final Map<String, WorkerReport> last = new LinkedHashMap<>();
    private long printedNanos = System.nanoTime();

    /** Lines for a matrix. */
    public PlainProgress(PrintWriter out, int cells, int workers) {
        this.out = out;
        this.remaining = new Remaining(cells, workers, System.nanoTime());
    }

    @Override
    public synchronized void started(String cell) {
        remaining.started(cell, System.nanoTime());
        out.println("start   " + cell);
        out.flush();
    }

    @Override
    public synchronized void report(String cell, WorkerReport report) {
        last.put(cell, report);
        remaining.report(cell, fraction(report), System.nanoTime());
    }

    /** The share of training done; other phases are short beside it. */
    static double fraction(WorkerReport report) {
        return switch (report.phase()) {
            case "training" -> (double) report.done() / report.total();
            case "final evaluation" -> 1;
            default -> 0;
        };
    }

    @Override
    public synchronized void ended(String cell, boolean done, String reason) {
        last.remove(cell);
        remaining.ended(cell);
        out.println(
                (done ? "done    " : "stopped ")
                        + cell
                        + (done ? "" : ": " + reason)
                        + " ("
                        + remaining.ended()
                        + " of "
                        + remaining.cells()
                        + ", about "
                        + Remaining.text(remaining.matrixSeconds(System.nanoTime()))
                        + " left)");
        out.flush();
    }

    @Override
    public synchronized void tick() {
        long now = System.nanoTime();
        if (now - printedNanos < EVERY_NANOS) {
            return;
        }
        printedNanos = now;
        last.forEach(
                (cell, report) ->
                        out.printf(
                                Locale.ROOT,
                                "at %3.0f %% %s: %s %d of %d, about %s left%n",
                                100 * fraction(report),
                                cell,
                                report.phase(),
                                report.done(),
                                report.total(),
                                Remaining.text(remaining.cellSeconds(cell, now))));
        out.println("matrix: about " + Remaining.text(remaining.matrixSeconds(now)) + " left");
        out.flush();
    }

    @Override
    public void close() {
        out.flush();
    }
}
