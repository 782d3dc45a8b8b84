package org.cfcql.perf;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cfcql.data.batch.EpisodeBatch;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.TensorFactory;

/**
 * Batches of episodes. Every action is available to every agent: no exponential can be saved, so
 * these are the most expensive batches of their lengths.
 */
final class SyntheticEpisodes implements Supplier<EpisodeBatch> {
    /** Slots that are stored; episodes are runs of them. */
    private static final int STORED = 4096;

    private final DiscreteSizes task;
    private final TensorFactory tensors;
    private final RandomStream stream;
    private final float[] observations;
    private final float[] state;

    // One batch in host memory, filled again and again: a soak of tensors should not see the heap
    // of Java grow.
    private final float[] draws;
    private final float[] seen;
    private final float[] states;
    private final float[] available;
    private final long[] actions;
    private final float[] rewards;
    private final float[] terminated;
    private final float[] filled;

    SyntheticEpisodes(DiscreteSizes task, TensorFactory tensors, RandomStream stream) {
        this.task = task;
        this.tensors = tensors;
        this.stream = stream;
        observations = new float[STORED * task.agents() * task.observationSize()];
        state = new float[STORED * task.stateSize()];
        stream.fillUniform(observations, -1, 1);
        stream.fillUniform(state, -1, 1);
        int places = task.batch() * (task.episodeLimit() + 1);
        draws = new float[task.batch()];
        seen = new float[places * task.agents() * task.observationSize()];
        states = new float[places * task.stateSize()];
        available = new float[places * task.agents() * task.actions()];
        actions = new long[places * task.agents()];
        rewards = new float[places];
        terminated = new float[places];
        filled = new float[places];
    }

    @Override
    public EpisodeBatch get() {
        int batch = task.batch();
        int slots = task.episodeLimit() + 1;
        int agents = task.agents();
        fill();
        Tensor mask = tensors.of(available, batch, slots, agents, task.actions());
        return new EpisodeBatch(
                tensors.of(seen, batch, slots, agents, task.observationSize()),
                tensors.of(states, batch, slots, task.stateSize()),
                mask.to(ScalarType.Bool),
                tensors.ofIntegers(actions, batch, slots, agents),
                tensors.of(rewards, batch, slots),
                tensors.of(terminated, batch, slots),
                tensors.of(filled, batch, slots));
    }

    private void fill() {
        for (float[] field : List.of(seen, states, available, rewards, terminated, filled)) {
            Arrays.fill(field, 0);
        }
        Arrays.fill(actions, 0);
        stream.fillNormal(draws);
        int agents = task.agents();
        for (int episode = 0; episode < draws.length; episode++) {
            int length = task.length(draws[episode]);
            int from = stream.nextInt(STORED - length);
            int to = episode * (task.episodeLimit() + 1);
            int end = to + length + 1;
            copy(observations, from, seen, to, length + 1, agents * task.observationSize());
            copy(state, from, states, to, length + 1, task.stateSize());
            int width = agents * task.actions();
            Arrays.fill(available, to * width, end * width, 1);
            Arrays.fill(filled, to, end, 1);
            for (int index = to * agents; index < end * agents; index++) {
                actions[index] = stream.nextInt(task.actions());
            }
            for (int slot = to; slot < to + length; slot++) {
                rewards[slot] = (float) stream.nextDouble();
            }
            terminated[to + length - 1] = 1;
        }
    }

    private static void copy(
            float[] source, int from, float[] target, int to, int rows, int width) {
        System.arraycopy(source, from * width, target, to * width, rows * width);
    }
}
