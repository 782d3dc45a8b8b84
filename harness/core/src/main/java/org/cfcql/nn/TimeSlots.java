package org.cfcql.nn;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Which time slots of a batch of episodes are computed, and in which order.
 *
 * <p>Rows are ordered by time, and within a slot by falling length of the episode; so at every time
 * the episodes that still run are the first ones of the time before. That is the order of packed
 * sequences. {@link Layout#PADDED} computes all slots of all episodes, as the published code does;
 * {@link Layout#PACKED} only the filled ones. Losses use the steps alone, so both give the same
 * numbers up to rounding (D-16).
 */
public final class TimeSlots {
    private final int episodes;
    private final int slots;
    private final int[] lengths;
    private final long[] active;
    private final long[] positions;
    private final int[] rowOfSlot;
    private final long[] stepRows;
    private final long[] stepPositions;

    /** What is computed. */
    public enum Layout {
        /** Filled slots only. */
        PACKED,
        /** Every slot; the oracle. */
        PADDED
    }

    /**
     * Orders the slots of a batch.
     *
     * @param filled {@code [batch, T+1]} row by row, 1 in the slots 0 to L of an episode of L steps
     * @param terminated the same shape, 1 at the step that ended the episode
     * @param episodes number of episodes
     */
    public TimeSlots(Layout layout, double[] filled, double[] terminated, int episodes) {
        this.episodes = episodes;
        slots = filled.length / episodes;
        lengths =
                IntStream.range(0, episodes)
                        .map(episode -> filledSlots(filled, episode) - 1)
                        .toArray();
        int[] order =
                IntStream.range(0, episodes)
                        .boxed()
                        .sorted((left, right) -> Integer.compare(lengths[right], lengths[left]))
                        .mapToInt(Integer::intValue)
                        .toArray();
        rowOfSlot = new int[episodes * slots];
        Arrays.fill(rowOfSlot, -1);
        long[] counts = new long[slots];
        long[] found = new long[episodes * slots];
        long[] steps = new long[episodes * slots];
        int rows = 0;
        int stepCount = 0;
        for (int time = 0; time < slots; time++) {
            for (int episode : order) {
                int position = episode * slots + time;
                boolean computed = layout == Layout.PADDED || time <= lengths[episode];
                if (computed) {
                    counts[time]++;
                    rowOfSlot[position] = rows;
                    found[rows] = position;
                    if (isStep(terminated, episode, time)) {
                        steps[stepCount++] = rows;
                    }
                    rows++;
                }
            }
        }
        positions = Arrays.copyOf(found, rows);
        stepRows = Arrays.copyOf(steps, stepCount);
        stepPositions = Arrays.stream(stepRows).map(row -> positions[(int) row]).toArray();
        active = Arrays.stream(counts).takeWhile(count -> count > 0).toArray();
    }

    private int filledSlots(double[] filled, int episode) {
        int count = 0;
        while (count < slots && filled[episode * slots + count] > 0) {
            count++;
        }
        return count;
    }

    /** m_t = 1 (spec 1.1). */
    private boolean isStep(double[] terminated, int episode, int time) {
        boolean over = time > 0 && terminated[episode * slots + time - 1] > 0;
        return time < lengths[episode] && !over;
    }

    /** Number of episodes B. */
    public int episodes() {
        return episodes;
    }

    /** Number of time slots T + 1. */
    public int slots() {
        return slots;
    }

    /** Steps L of an episode. */
    public int length(int episode) {
        return lengths[episode];
    }

    /** Rows computed. */
    public int rows() {
        return positions.length;
    }

    /** Rows computed at each time, up to the last time that has any. */
    public long[] active() {
        return active.clone();
    }

    /** For each row its place {@code episode · (T+1) + time}. */
    public long[] positions() {
        return positions.clone();
    }

    /** The row of a place, or -1 if it is not computed. */
    public int row(int episode, int time) {
        return rowOfSlot[episode * slots + time];
    }

    /** Number of steps, Σm. */
    public int steps() {
        return stepRows.length;
    }

    /** Rows that are steps (mask 1), in their order. */
    public long[] stepRows() {
        return stepRows.clone();
    }

    /** For each step its place {@code episode · (T+1) + time}. */
    public long[] stepPositions() {
        return stepPositions.clone();
    }

    /** Number of steps (mask 1) at each of the times 0 to T − 1; steps are ordered by time. */
    public int[] stepsPerTime() {
        int[] counts = new int[slots - 1];
        for (long position : stepPositions) {
            counts[(int) (position % slots)]++;
        }
        return counts;
    }

    /** Number of rows at times before {@code time}; they are the first ones. */
    public long rowsBefore(long time) {
        return Arrays.stream(active).limit(time).sum();
    }

    /** For each step the row of the slot after it. */
    public long[] nextRows() {
        return Arrays.stream(stepPositions)
                .map(position -> rowOfSlot[(int) position + 1])
                .toArray();
    }
}
