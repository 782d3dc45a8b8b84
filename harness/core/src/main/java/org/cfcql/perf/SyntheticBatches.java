package org.cfcql.perf;

import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.TensorFactory;

/** Minibatches of transitions. */
final class SyntheticBatches implements Supplier<TransitionBatch> {
    private final ContinuousSizes task;
    private final TensorFactory tensors;
    private final float[] observations;
    private final float[] actions;
    private final float[] state;
    private final float[] zeros;

    SyntheticBatches(ContinuousSizes task, TensorFactory tensors, RandomStream stream) {
        this.task = task;
        this.tensors = tensors;
        int perAgent = task.batch() * task.agents();
        observations = new float[perAgent * task.observationSize()];
        actions = new float[perAgent * task.actionSize()];
        state = new float[task.batch() * task.stateSize()];
        zeros = new float[perAgent];
        stream.fillNormal(observations);
        stream.fillUniform(actions, -1, 1);
        stream.fillNormal(state);
    }

    @Override
    public TransitionBatch get() {
        int batch = task.batch();
        int agents = task.agents();
        return new TransitionBatch(
                perAgent(observations, task.observationSize()),
                perAgent(actions, task.actionSize()),
                tensors.of(zeros, batch, agents),
                tensors.of(zeros, batch, agents),
                perAgent(observations, task.observationSize()),
                perAgent(actions, task.actionSize()),
                tensors.of(state, batch, task.stateSize()),
                tensors.of(state, batch, task.stateSize()));
    }

    private Tensor perAgent(float[] values, int width) {
        return tensors.of(values, task.batch(), task.agents(), width);
    }
}
