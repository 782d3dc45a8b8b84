package org.cfcql.parts.discrete;

import org.cfcql.nn.TimeSlots;

/**
 * TD(λ) targets, in the place of Eq. 1's one-step target (D-8), backwards from the bootstrap slot L
 * of each episode (spec 1.4):
 *
 * <pre>
 * G_L = V_L·(1 − Σ terminated)
 * G_t = λγ·G_{t+1} + r_t + (1−λ)·γ·V_{t+1}·(1 − terminated_t)
 * </pre>
 *
 * <p>The published recursion starts at the last padded slot; both agree for episodes that terminate
 * or run to the limit, the only ones in published data. An episode cut short bootstraps here from
 * its own last slot.
 *
 * @param discount γ
 * @param lambda λ
 */
public record LambdaReturns(double discount, double lambda) {
    /**
     * Targets of all steps.
     *
     * @param values V {@code [row, channel]} row by row
     * @param rewards {@code [batch, T+1]}
     * @param terminated {@code [batch, T+1]}
     * @return G {@code [step, channel]}
     */
    public double[] of(TimeSlots slots, double[] values, double[] rewards, double[] terminated) {
        int channels = values.length / slots.rows();
        double[] byRow = new double[values.length];
        for (int episode = 0; episode < slots.episodes(); episode++) {
            int start = episode * slots.slots();
            int length = slots.length(episode);
            double survived = 1;
            for (int time = 0; time < length; time++) {
                survived -= terminated[start + time];
            }
            for (int channel = 0; channel < channels; channel++) {
                double value = 0;
                double future = 0;
                for (int time = length; time >= 0; time--) {
                    int row = slots.row(episode, time) * channels + channel;
                    if (time == length) {
                        future = values[row] * survived;
                    } else {
                        double alive = 1 - terminated[start + time];
                        future =
                                lambda * discount * future
                                        + rewards[start + time]
                                        + (1 - lambda) * discount * value * alive;
                    }
                    byRow[row] = future;
                    value = values[row];
                }
            }
        }
        return ofSteps(slots, byRow, channels);
    }

    private static double[] ofSteps(TimeSlots slots, double[] byRow, int channels) {
        long[] rows = slots.stepRows();
        double[] targets = new double[rows.length * channels];
        for (int step = 0; step < rows.length; step++) {
            System.arraycopy(
                    byRow, (int) rows[step] * channels, targets, step * channels, channels);
        }
        return targets;
    }
}
