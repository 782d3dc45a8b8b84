package org.cfcql.outside;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.data.batch.Batch;
import org.cfcql.data.batch.EpisodeBatch;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.env.wire.ArrayFrames;
import org.cfcql.env.wire.ElementType;
import org.cfcql.env.wire.Protocol;
import org.cfcql.error.UserError;
import org.cfcql.tensor.TensorFactory;

/** Minibatches as UPDATE carries them: real numbers f32, action numbers i32, flags u8. */
final class BatchFrames {
    private BatchFrames() {}

    /**
     * The arrays in the order of the protocol.
     *
     * @param nextActions whether a batch of transitions brings them
     * @throws UserError if an array is larger than a frame may be
     */
    static List<byte[]> of(Batch batch, boolean nextActions) {
        List<byte[]> frames =
                batch instanceof EpisodeBatch episodes
                        ? episodes(episodes)
                        : transitions((TransitionBatch) batch, nextActions);
        for (byte[] frame : frames) {
            if (frame.length > Protocol.MAX_FRAME_BYTES) {
                throw new UserError(
                        "expected arrays of a batch of at most "
                                + Protocol.MAX_FRAME_BYTES
                                + " bytes for a learner in a process of its own, found "
                                + frame.length
                                + "; set a smaller budget.batch");
            }
        }
        return frames;
    }

    private static List<byte[]> transitions(TransitionBatch batch, boolean nextActions) {
        List<byte[]> frames = new ArrayList<>();
        frames.add(reals(batch.observations()));
        frames.add(reals(batch.actions()));
        frames.add(reals(batch.rewards()));
        frames.add(flags(batch.dones()));
        frames.add(reals(batch.nextObservations()));
        frames.add(reals(batch.state()));
        frames.add(reals(batch.nextState()));
        if (nextActions) {
            frames.add(reals(batch.nextActions()));
        }
        return frames;
    }

    private static List<byte[]> episodes(EpisodeBatch batch) {
        return List.of(
                reals(batch.observations()),
                reals(batch.state()),
                flags(batch.availableActions()),
                numbers(batch.actions()),
                reals(batch.rewards()),
                flags(batch.terminated()),
                flags(batch.filled()));
    }

    private static byte[] reals(Tensor tensor) {
        return ArrayFrames.reals(TensorFactory.toFloats(tensor), ElementType.F32);
    }

    private static byte[] numbers(Tensor tensor) {
        float[] values = TensorFactory.toFloats(tensor);
        int[] numbers = new int[values.length];
        for (int index = 0; index < values.length; index++) {
            numbers[index] = (int) values[index];
        }
        return ArrayFrames.ints(numbers);
    }

    private static byte[] flags(Tensor tensor) {
        float[] values = TensorFactory.toFloats(tensor);
        byte[] flags = new byte[values.length];
        for (int index = 0; index < values.length; index++) {
            flags[index] = (byte) (values[index] == 0 ? 0 : 1);
        }
        return flags;
    }
}
