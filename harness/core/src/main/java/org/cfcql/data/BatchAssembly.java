package org.cfcql.data;

import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.tensor.TensorFactory;

/** Episodes on their way to an {@link EpisodeBatch}, padded with zeros. */
final class BatchAssembly {
    private final TaskCard task;
    private final int size;
    private final int slots;
    private final int agents;
    private final float[] observations;
    private final float[] state;
    private final float[] available;
    private final long[] actions;
    private final float[] rewards;
    private final float[] terminated;
    private final float[] filled;

    /** Room for so many episodes of at most {@code slots - 1} steps. */
    BatchAssembly(TaskCard task, int size, int slots) {
        this.task = task;
        this.size = size;
        this.slots = slots;
        agents = task.agents().size();
        observations = new float[size * slots * agents * task.observationSize()];
        state = new float[task.stateIsObservations() ? 0 : size * slots * task.stateSize()];
        available = new float[size * slots * agents * task.actionSpace().size()];
        actions = new long[size * slots * agents];
        rewards = new float[size * slots];
        terminated = new float[size * slots];
        filled = new float[size * slots];
    }

    /** Copies an episode to a place of the batch; rewards of agents become the team's score. */
    void put(int item, EpisodeBuffer episode) {
        int rows = episode.length() + 1;
        int first = item * slots;
        copy(
                episode.floats(DatasetField.OBSERVATIONS),
                observations,
                first,
                rows,
                agents * task.observationSize());
        if (!task.stateIsObservations()) {
            copy(episode.floats(DatasetField.STATE), state, first, rows, task.stateSize());
        }
        int choices = agents * task.actionSpace().size();
        for (int index = 0; index < rows * choices; index++) {
            available[first * choices + index] = task.masked() ? episode.available()[index] : 1;
        }
        for (int index = 0; index < rows * agents; index++) {
            actions[first * agents + index] = episode.choices()[index];
        }
        for (int step = 0; step < episode.length(); step++) {
            rewards[first + step] =
                    (float)
                            task.score(
                                    episode.floats(DatasetField.REWARDS),
                                    step * task.rewardWidth());
        }
        boolean ended =
                DoneConvention.PAPER.isDone(
                        task.timeoutKind(),
                        (byte) (episode.terminated() ? 1 : 0),
                        (byte) (episode.truncated() ? 1 : 0));
        terminated[first + episode.length() - 1] = ended ? 1 : 0;
        Arrays.fill(filled, first, first + rows, 1);
    }

    private static void copy(float[] from, float[] to, int firstSlot, int rows, int width) {
        System.arraycopy(from, 0, to, firstSlot * width, rows * width);
    }

    EpisodeBatch toBatch(TensorFactory tensors) {
        int actionCount = task.actionSpace().size();
        Tensor seen = tensors.of(observations, size, slots, agents, task.observationSize());
        return new EpisodeBatch(
                seen,
                task.stateIsObservations()
                        ? seen.view(size, slots, task.stateSize())
                        : tensors.of(state, size, slots, task.stateSize()),
                tensors.of(available, size, slots, agents, actionCount).gt(new Scalar(0.5)),
                tensors.ofIntegers(actions, size, slots, agents),
                tensors.of(rewards, size, slots),
                tensors.of(terminated, size, slots),
                tensors.of(filled, size, slots));
    }
}
