package org.cfcql.cli.executor;

import java.util.LinkedHashMap;
import java.util.Map;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar for each running cell and one for the matrix, on a terminal's standard error. */
public final class BarProgress implements MatrixProgress {
    private static final int STEPS = 1000;
    private static final int NAME_WIDTH = 48;

    private final Remaining remaining;
    private final Map<String, ProgressBar> bars = new LinkedHashMap<>();
    private final Map<String, Double> fractions = new LinkedHashMap<>();
    private final ProgressBar matrix;
    private final int cells;

    /** Bars for a matrix. */
    public BarProgress(int cells, int workers) {
        this.cells = cells;
        remaining = new Remaining(cells, workers, System.nanoTime());
        matrix = bar("all cells", (long) STEPS * cells);
    }

    /** Whether somebody watches a terminal that can redraw a line; a log file cannot. */
    public static boolean fits() {
        return System.console() != null && !"dumb".equals(System.getenv("TERM"));
    }

    private static ProgressBar bar(String name, long maximum) {
        return new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(maximum)
                .setStyle(ProgressBarStyle.ASCII)
                .hideEta()
                .build();
    }

    @Override
    public synchronized void started(String cell) {
        remaining.started(cell, System.nanoTime());
        fractions.put(cell, 0.0);
        String name = cell.length() > NAME_WIDTH ? cell.substring(0, NAME_WIDTH) : cell;
        bars.put(cell, bar(name, STEPS));
    }

    @Override
    public synchronized void report(String cell, WorkerReport report) {
        ProgressBar bar = bars.get(cell);
        if (bar == null) {
            return;
        }
        long now = System.nanoTime();
        double fraction = PlainProgress.fraction(report);
        remaining.report(cell, fraction, now);
        fractions.put(cell, fraction);
        bar.stepTo(Math.round(STEPS * fraction));
        bar.setExtraMessage(
                report.phase() + ", left " + Remaining.text(remaining.cellSeconds(cell, now)));
        showMatrix(now);
    }

    @Override
    public synchronized void ended(String cell, boolean done, String reason) {
        remaining.ended(cell);
        fractions.remove(cell);
        ProgressBar bar = bars.remove(cell);
        bar.setExtraMessage(done ? "done" : "stopped");
        bar.close();
        showMatrix(System.nanoTime());
    }

    private void showMatrix(long now) {
        double inFlight = fractions.values().stream().mapToDouble(Double::doubleValue).sum();
        matrix.stepTo(Math.round(STEPS * (remaining.ended() + inFlight)));
        matrix.setExtraMessage(
                remaining.ended()
                        + " of "
                        + cells
                        + ", left "
                        + Remaining.text(remaining.matrixSeconds(now)));
    }

    @Override
    public synchronized void tick() {
        showMatrix(System.nanoTime());
    }

    @Override
    public synchronized void close() {
        bars.values().forEach(ProgressBar::close);
        matrix.close();
    }
}
