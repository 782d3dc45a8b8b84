package org.cfcql.run.dataset;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cfcql.data.batch.Batch;
import org.cfcql.data.batch.EpisodeBatch;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.learn.Branch;
import org.cfcql.learn.TaskShape;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.TensorFactory;

/**
 * Batches of noise to measure updates with, of the shape that a cell's data have: episodes are all
 * of the mean length.
 *
 * @param facts the data; episodes run to the limit where nothing is known of them
 */
public record ProbeBatches(DatasetFacts facts, RandomStream noise, TensorFactory tensors) {
    /** A batch in the caller's scope. */
    public Batch of(int size) {
        return Branch.of(facts.task().actionSpace()) == Branch.DISCRETE
                ? episodes(size)
                : transitions(size);
    }

    private EpisodeBatch episodes(int size) {
        TaskShape task = facts.task();
        int agents = task.agents();
        int actions = task.actionSpace().size();
        long steps =
                facts.episodes() == 0
                        ? task.episodeLimit()
                        : Math.round((double) facts.transitions() / facts.episodes());
        int slots = Math.toIntExact(steps) + 1;
        long[] choices = new long[size * slots * agents];
        Arrays.setAll(choices, index -> noise.nextInt(actions));
        double[] ends = new double[size * slots];
        for (int episode = 0; episode < size; episode++) {
            ends[episode * slots + slots - 2] = 1;
        }
        return new EpisodeBatch(
                uniform(size, slots, agents, task.observationSize()),
                uniform(size, slots, task.stateSize()),
                tensors.ones(size, slots, agents, actions).to(ScalarType.Bool),
                tensors.ofIntegers(choices, size, slots, agents),
                uniform(size, slots),
                tensors.of(ends, size, slots),
                tensors.ones(size, slots));
    }

    private TransitionBatch transitions(int size) {
        TaskShape task = facts.task();
        int agents = task.agents();
        int observation = task.observationSize();
        int action = task.actionSpace().size();
        return new TransitionBatch(
                uniform(size, agents, observation),
                uniform(size, agents, action),
                uniform(size, agents),
                tensors.zeros(size, agents),
                uniform(size, agents, observation),
                uniform(size, agents, action),
                uniform(size, task.stateSize()),
                uniform(size, task.stateSize()));
    }

    private Tensor uniform(long... shape) {
        long elements = 1;
        for (long axis : shape) {
            elements *= axis;
        }
        float[] values = new float[Math.toIntExact(elements)];
        noise.fillUniform(values, -1, 1);
        return tensors.of(values, shape);
    }
}
