package org.cfcql.cli.executor;

import java.util.LinkedHashMap;
import java.util.Map;

/** Estimates the time left from the work done since the start. */
final class Remaining {
    private final long startedNanos;
    private final int cells;
    private final int workers;
    private final Map<String, Track> running = new LinkedHashMap<>();
    private double work;
    private int ended;

    /**
     * For a matrix.
     *
     * @param cells cells to run
     * @param workers cells at a time
     */
    Remaining(int cells, int workers, long nowNanos) {
        this.cells = cells;
        this.workers = workers;
        this.startedNanos = nowNanos;
    }

    private record Track(long sinceNanos, double from, double fraction) {}

    void started(String cell, long nowNanos) {
        running.put(cell, new Track(nowNanos, -1, 0));
    }

    /** The share of a cell that is done. */
    void report(String cell, double fraction, long nowNanos) {
        Track before = running.get(cell);
        if (before == null) {
            return;
        }
        boolean first = before.from() < 0;
        // What a resumed cell had done before does not count as speed.
        running.put(
                cell,
                new Track(
                        first ? nowNanos : before.sinceNanos(),
                        first ? fraction : before.from(),
                        fraction));
        work += first ? 0 : Math.max(0, fraction - before.fraction());
    }

    void ended(String cell) {
        running.remove(cell);
        ended++;
    }

    int ended() {
        return ended;
    }

    int cells() {
        return cells;
    }

    /** Seconds until a cell ends; -1 while unknown. */
    long cellSeconds(String cell, long nowNanos) {
        Track track = running.get(cell);
        if (track == null || track.from() < 0 || track.fraction() <= track.from()) {
            return -1;
        }
        double seconds = (nowNanos - track.sinceNanos()) / 1e9;
        return Math.round(seconds / (track.fraction() - track.from()) * (1 - track.fraction()));
    }

    /** Seconds until all cells have ended; -1 while unknown. */
    long matrixSeconds(long nowNanos) {
        double left = cells - ended;
        double slowest = 0;
        for (Map.Entry<String, Track> entry : running.entrySet()) {
            left -= entry.getValue().fraction();
            slowest = Math.max(slowest, cellSeconds(entry.getKey(), nowNanos));
        }
        if (work <= 0) {
            return -1;
        }
        double seconds = (nowNanos - startedNanos) / 1e9;
        double byThroughput = left * seconds / work;
        return Math.round(cells - ended <= workers ? Math.max(slowest, 0) : byThroughput);
    }

    /** Hours, minutes and seconds. */
    static String text(long seconds) {
        return seconds < 0
                ? "unknown"
                : "%d:%02d:%02d".formatted(seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
