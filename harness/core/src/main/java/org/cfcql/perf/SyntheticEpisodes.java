package org.cfcql.perf;

import java.util.Arrays;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cfcql.data.EpisodeBatch;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.TensorFactory;

/**
 * Batches of episodes. Every action is available to every agent: no exponential can be saved, so
 * these are the most expensive batches of their lengths.
 */
final class SyntheticEpisodes implements Supplier<EpisodeBatch> {
    /** Slots that are stored; episodes are runs of them. */
    private static final int STORED = 4096;

    private final DiscreteTask task;
    private final TensorFactory tensors;
    private final RandomStream stream;
    private final float[] observations;
    private final float[] state;

    SyntheticEpisodes(DiscreteTask task, TensorFactory tensors, RandomStream stream) {
        this.task = task;
        this.tensors = tensors;
        this.stream = stream;
        observations = new float[STORED * task.agents() * task.observationSize()];
        state = new float[STORED * task.stateSize()];
        stream.fillUniform(observations, -1, 1);
        stream.fillUniform(state, -1, 1);
    }

    @Override
    public EpisodeBatch get() {
        int batch = task.batch();
        int slots = task.episodeLimit() + 1;
        int agents = task.agents();
        float[] draws = new float[batch];
        stream.fillNormal(draws);
        float[] seen = new float[batch * slots * agents * task.observationSize()];
        float[] states = new float[batch * slots * task.stateSize()];
        float[] available = new float[batch * slots * agents * task.actions()];
        long[] actions = new long[batch * slots * agents];
        float[] rewards = new float[batch * slots];
        float[] terminated = new float[batch * slots];
        float[] filled = new float[batch * slots];
        for (int episode = 0; episode < batch; episode++) {
            int length = task.length(draws[episode]);
            int from = stream.nextInt(STORED - length);
            int to = episode * slots;
            copy(observations, from, seen, to, length + 1, agents * task.observationSize());
            copy(state, from, states, to, length + 1, task.stateSize());
            int width = agents * task.actions();
            Arrays.fill(available, to * width, (to + length + 1) * width, 1);
            Arrays.fill(filled, to, to + length + 1, 1);
            for (int index = to * agents; index < (to + length + 1) * agents; index++) {
                actions[index] = stream.nextInt(task.actions());
            }
            for (int slot = to; slot < to + length; slot++) {
                rewards[slot] = (float) stream.nextDouble();
            }
            terminated[to + length - 1] = 1;
        }
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

    private static void copy(
            float[] source, int from, float[] target, int to, int rows, int width) {
        System.arraycopy(source, from * width, target, to * width, rows * width);
    }
}
