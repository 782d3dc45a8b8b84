package org.cfcql.baselines.madtkd;

import org.bytedeco.pytorch.Tensor;
import org.cfcql.data.batch.EpisodeBatch;
import org.cfcql.nn.TimeSlots;
import org.cfcql.parts.discrete.EpisodeRows;
import org.cfcql.tensor.TensorFactory;

/**
 * For every step of a batch the K slots up to it, aligned at their beginning: index 0 is the
 * oldest. Where an episode has fewer, the step itself fills the places behind it, which nobody
 * sees.
 *
 * @param rows row of each slot {@code [step · K]}
 * @param last index of the step itself in its window {@code [step]}
 * @param times of the slots {@code [step, K]}
 * @param returns return to go from each slot {@code [step, K]}, undiscounted
 * @param context K
 */
record StepWindows(Tensor rows, Tensor last, Tensor times, Tensor returns, int context) {
    /** The windows of a batch's steps. */
    static StepWindows of(
            EpisodeRows episodes, EpisodeBatch batch, int context, TensorFactory tensors) {
        TimeSlots slots = episodes.slots();
        double[] toGo = returnsToGo(slots, batch.hostRewards());
        long[] positions = slots.stepPositions();
        long[] rows = new long[positions.length * context];
        long[] times = new long[rows.length];
        double[] returns = new double[rows.length];
        long[] last = new long[positions.length];
        for (int step = 0; step < positions.length; step++) {
            int episode = (int) positions[step] / slots.slots();
            int time = (int) positions[step] % slots.slots();
            int first = Math.max(0, time - context + 1);
            last[step] = time - first;
            for (int index = 0; index < context; index++) {
                int slot = Math.min(first + index, time);
                int entry = step * context + index;
                rows[entry] = slots.row(episode, slot);
                times[entry] = slot;
                returns[entry] = toGo[episode * slots.slots() + slot];
            }
        }
        long count = positions.length;
        return new StepWindows(
                tensors.ofIntegers(rows, rows.length),
                tensors.ofIntegers(last, count),
                tensors.ofIntegers(times, count, context),
                tensors.of(returns, count, context),
                context);
    }

    private static double[] returnsToGo(TimeSlots slots, double[] rewards) {
        double[] toGo = rewards.clone();
        for (int episode = 0; episode < slots.episodes(); episode++) {
            int start = episode * slots.slots();
            // The bootstrap slot's action is never executed.
            toGo[start + slots.length(episode)] = 0;
            for (int time = slots.length(episode) - 1; time >= 0; time--) {
                toGo[start + time] += toGo[start + time + 1];
            }
        }
        return toGo;
    }

    /** {@code [row, agent, ...]} to {@code [step · agent, K, ...]}. */
    Tensor gather(Tensor perRow) {
        long[] shape = perRow.shape();
        Tensor windows = perRow.index_select(0, rows).unflatten(0, last.size(0), context);
        return windows.transpose(1, 2).flatten(0, 1).contiguous();
    }

    /** {@code [step, K]} to {@code [step · agent, K]}, the same for all agents. */
    static Tensor forAgents(Tensor perStep, long agents) {
        long[] shape = perStep.shape();
        return perStep.unsqueeze(1).expand(shape[0], agents, shape[1]).flatten(0, 1);
    }
}
