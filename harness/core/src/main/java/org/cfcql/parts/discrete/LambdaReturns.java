package org.cfcql.parts.discrete;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.nn.TimeSlots;
import org.cfcql.tensor.TensorFactory;

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

    /**
     * The same recursion as numbers per slot, so that a device can follow it without the host
     * reading its values.
     *
     * @param rewards {@code [batch, T+1]}
     * @param terminated {@code [batch, T+1]}
     */
    Coefficients coefficients(TimeSlots slots, double[] rewards, double[] terminated) {
        double[] constant = new double[rewards.length];
        double[] ofValue = new double[rewards.length];
        double[] ofNextValue = new double[rewards.length];
        double[] ofNextReturn = new double[rewards.length];
        for (int episode = 0; episode < slots.episodes(); episode++) {
            int start = episode * slots.slots();
            int end = start + slots.length(episode);
            double survived = 1;
            for (int slot = start; slot < end; slot++) {
                survived -= terminated[slot];
                constant[slot] = rewards[slot];
                ofNextValue[slot] = (1 - lambda) * discount * (1 - terminated[slot]);
                ofNextReturn[slot] = lambda * discount;
            }
            ofValue[end] = survived;
        }
        return new Coefficients(
                slots.episodes(), slots.slots(), constant, ofValue, ofNextValue, ofNextReturn);
    }

    /**
     * G_t = constant_t + ofValue_t·V_t + ofNextValue_t·V_{t+1} + ofNextReturn_t·G_{t+1}, each
     * {@code [batch, T+1]}.
     *
     * @param episodes B
     * @param slots T+1
     */
    record Coefficients(
            int episodes,
            int slots,
            double[] constant,
            double[] ofValue,
            double[] ofNextValue,
            double[] ofNextReturn) {
        /**
         * Follows the recursion on the values' device.
         *
         * @param values V {@code [batch, T+1]} or {@code [batch, T+1, channel]}, without gradients
         * @return G of the same shape; zero behind an episode's last slot
         */
        Tensor returns(Tensor values, TensorFactory tensors) {
            Tensor zero = values.narrow(1, 0, 1).mul(new Scalar(0.0));
            Tensor nextValues =
                    torch.cat(new TensorVector(values.narrow(1, 1, slots - 1L), zero), 1);
            Tensor own =
                    there(constant, values, tensors)
                            .add(values.mul(there(ofValue, values, tensors)))
                            .add(nextValues.mul(there(ofNextValue, values, tensors)));
            Tensor weight = there(ofNextReturn, values, tensors);
            Tensor future = zero.select(1, 0);
            Tensor[] byTime = new Tensor[slots];
            for (int time = slots - 1; time >= 0; time--) {
                future = own.select(1, time).addcmul(weight.select(1, time), future);
                byTime[time] = future;
            }
            return torch.stack(new TensorVector(byTime), 1);
        }

        private Tensor there(double[] perSlot, Tensor like, TensorFactory tensors) {
            Tensor made = tensors.of(perSlot, episodes, slots);
            return like.dim() == 2 ? made : made.unsqueeze(2);
        }
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
