package org.cfcql.data.batch;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cfcql.data.TaskCard;
import org.cfcql.tensor.TensorFactory;

/**
 * Puts episodes into the tensors of a batch, padded with zeros to the longest of them (spec 1.1,
 * D-16).
 *
 * <p>Rows go from the source straight into memory of LibTorch; nothing outlives the batch.
 *
 * @param tensors device and precision of the batches
 */
public record EpisodeAssembler(TensorFactory tensors) {
    /**
     * Makes a batch; its tensors belong to the caller's innermost scope.
     *
     * @param episodes numbers of the episodes in the order of the batch
     */
    public EpisodeBatch assemble(EpisodeSource source, int[] episodes) {
        int slots = 0;
        for (int episode : episodes) {
            slots = Math.max(slots, source.length(episode) + 1);
        }
        PointerScope outer = PointerScope.getInnerScope();
        EpisodeBatch batch;
        try (PointerScope inner = new PointerScope()) {
            batch = filled(source, episodes, slots);
            for (Tensor tensor : batch.tensors()) {
                tensor.retainReference();
            }
        }
        if (outer != null) {
            for (Tensor tensor : batch.tensors()) {
                outer.attach(tensor);
                tensor.releaseReference();
            }
        }
        return batch;
    }

    private EpisodeBatch filled(EpisodeSource source, int[] episodes, int slots) {
        TaskCard task = source.task();
        int size = episodes.length;
        int agents = task.agents().size();
        int seen = task.observationSize();
        Tensor observations = host(ScalarType.Float, size, slots, agents, seen);
        Tensor actions = host(ScalarType.Long, size, slots, agents);
        Tensor rewards = host(ScalarType.Float, size, slots);
        Tensor terminated = host(ScalarType.Float, size, slots);
        Tensor filled = host(ScalarType.Float, size, slots);
        FloatBuffer observationNumbers = floats(observations);
        FloatBuffer rewardNumbers = floats(rewards);
        FloatBuffer ends = floats(terminated);
        FloatBuffer marks = floats(filled);
        var choices = new LongPointer(actions.data_ptr()).capacity(actions.numel()).asBuffer();
        for (int item = 0; item < size; item++) {
            int episode = episodes[item];
            int first = item * slots;
            source.copyObservations(episode, observationNumbers, first * agents * seen);
            source.copyActions(episode, choices, first * agents);
            source.copyRewards(episode, rewardNumbers, first);
            int steps = source.length(episode);
            for (int time = 0; time <= steps; time++) {
                marks.put(first + time, 1);
            }
            ends.put(first + steps - 1, source.endsForGood(episode) ? 1 : 0);
        }
        Tensor seenThere = there(observations);
        return new EpisodeBatch(
                seenThere,
                task.stateIsObservations()
                        ? seenThere.flatten(2, 3)
                        : there(state(source, episodes, slots)),
                available(source, episodes, slots)
                        .to(tensors.device().toLibTorch(), ScalarType.Bool),
                actions.to(tensors.device().toLibTorch(), ScalarType.Long),
                there(rewards),
                there(terminated),
                there(filled),
                TensorFactory.toDoubles(rewards),
                TensorFactory.toDoubles(terminated),
                TensorFactory.toDoubles(filled));
    }

    private static Tensor state(EpisodeSource source, int[] episodes, int slots) {
        int width = source.task().stateSize();
        Tensor state = host(ScalarType.Float, episodes.length, slots, width);
        FloatBuffer numbers = floats(state);
        for (int item = 0; item < episodes.length; item++) {
            source.copyState(episodes[item], numbers, item * slots * width);
        }
        return state;
    }

    /** Everything is available in the filled slots of a task without masks. */
    private static Tensor available(EpisodeSource source, int[] episodes, int slots) {
        TaskCard task = source.task();
        int agents = task.agents().size();
        int width = agents * task.actionSpace().size();
        Tensor available =
                host(ScalarType.Bool, episodes.length, slots, agents, task.actionSpace().size());
        ByteBuffer flags =
                new BytePointer(available.data_ptr()).capacity(available.numel()).asBuffer();
        for (int item = 0; item < episodes.length; item++) {
            int at = item * slots * width;
            if (task.masked()) {
                source.copyAvailableActions(episodes[item], flags, at);
            } else {
                int end = at + (source.length(episodes[item]) + 1) * width;
                for (int index = at; index < end; index++) {
                    flags.put(index, (byte) 1);
                }
            }
        }
        return available;
    }

    private static Tensor host(ScalarType type, long... shape) {
        return torch.zeros(shape, new TensorOptions().dtype(new ScalarTypeOptional(type)));
    }

    private static FloatBuffer floats(Tensor tensor) {
        return new FloatPointer(tensor.data_ptr()).capacity(tensor.numel()).asBuffer();
    }

    private Tensor there(Tensor host) {
        return host.to(tensors.device().toLibTorch(), tensors.precision().scalarType());
    }
}
