package org.cfcql.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Optional;

/**
 * One finished episode of L steps with continuous actions, rows as in a data set.
 *
 * @param length steps L
 * @param observations {@code [L + 1, agent, observation]}
 * @param state {@code [L + 1, state]}; empty where it is the observations concatenated
 * @param actions {@code [L, agent, dimension]}
 * @param rewards {@code [L, agent]} or {@code [L]}
 * @param terminated whether the task ended by its own rules
 * @param truncated whether the limit cut it
 */
public record StoredEpisode(
        int length,
        float[] observations,
        float[] state,
        float[] actions,
        float[] rewards,
        boolean terminated,
        boolean truncated) {
    private static final int HEADER_BYTES = 2 * Integer.BYTES;
    private static final int TERMINATED = 1;
    private static final int TRUNCATED = 2;

    /**
     * Numbers in one row of each array.
     *
     * @param observations of all agents
     * @param state 0 where it is not stored
     * @param actions of all agents
     * @param rewards one per agent, or one
     */
    public record Widths(int observations, int state, int actions, int rewards) {
        /** The widths of a task with continuous actions. */
        public static Widths of(TaskCard task) {
            int agents = task.agents().size();
            return new Widths(
                    agents * task.observationSize(),
                    task.stateIsObservations() ? 0 : task.stateSize(),
                    agents * task.actionSpace().size(),
                    task.rewardWidth());
        }
    }

    /** The episode as bytes: length, flags, then the arrays, little-endian. */
    public ByteBuffer toBytes() {
        int numbers = observations.length + state.length + actions.length + rewards.length;
        ByteBuffer bytes =
                ByteBuffer.allocate(HEADER_BYTES + numbers * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(length).putInt((terminated ? TERMINATED : 0) | (truncated ? TRUNCATED : 0));
        for (float[] array : new float[][] {observations, state, actions, rewards}) {
            bytes.asFloatBuffer().put(array);
            bytes.position(bytes.position() + array.length * Float.BYTES);
        }
        return bytes.flip();
    }

    /**
     * Reads back what {@link #toBytes} wrote.
     *
     * @return the next episode, or empty at the end of the stream
     */
    public static Optional<StoredEpisode> read(InputStream stream, TaskCard task)
            throws IOException {
        byte[] header = stream.readNBytes(HEADER_BYTES);
        if (header.length == 0) {
            return Optional.empty();
        }
        IntBuffer head = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
        int steps = head.get(0);
        int flags = head.get(1);
        Widths widths = Widths.of(task);
        return Optional.of(
                new StoredEpisode(
                        steps,
                        floats(stream, (steps + 1) * widths.observations),
                        floats(stream, (steps + 1) * widths.state),
                        floats(stream, steps * widths.actions),
                        floats(stream, steps * widths.rewards),
                        (flags & TERMINATED) != 0,
                        (flags & TRUNCATED) != 0));
    }

    private static float[] floats(InputStream stream, int count) throws IOException {
        byte[] bytes = stream.readNBytes(count * Float.BYTES);
        if (bytes.length < count * Float.BYTES) {
            throw new EOFException("an episode is cut short");
        }
        float[] values = new float[count];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }
}
