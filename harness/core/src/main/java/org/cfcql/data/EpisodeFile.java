package org.cfcql.data;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.TensorFactory;

/**
 * Episodes with numbered actions in one append-only file, read back by number: what an online
 * learner remembers, however much that is, in the system's file cache and not in the heap.
 *
 * <p>An episode of L steps is its length, its flags, then L + 1 rows of each array, little-endian.
 */
public final class EpisodeFile implements AutoCloseable {
    private static final int HEADER_BYTES = 2 * Integer.BYTES;
    private static final int TERMINATED = 1;
    private static final int TRUNCATED = 2;

    private final Path path;
    private final TaskCard task;
    private final FileChannel channel;
    private final List<Entry> entries = new ArrayList<>();
    private final EpisodeBuffer episode;
    private ByteBuffer bytes = ByteBuffer.allocateDirect(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    private long length;

    private record Entry(long offset, int steps, long stepsBefore) {}

    /**
     * Opens for appending; the episodes that stay can be read at once.
     *
     * @param keep bytes that stay, whole episodes; what is beyond is cut
     * @throws org.cfcql.error.MachineFault if it cannot be read or written, or ends within an
     *     episode
     */
    public EpisodeFile(Path path, long keep, TaskCard task) {
        this.path = path;
        this.task = task;
        episode = new EpisodeBuffer(task);
        try {
            channel =
                    FileChannel.open(
                            path,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            channel.truncate(keep);
            while (length < keep) {
                load(length, HEADER_BYTES);
                note(bytes.getInt());
            }
        } catch (IOException failure) {
            throw PartialFolder.failure(path, failure);
        }
    }

    /** Episodes ever appended. */
    public int episodes() {
        return entries.size();
    }

    /** Steps of all episodes together. */
    public long transitions() {
        if (entries.isEmpty()) {
            return 0;
        }
        Entry last = entries.get(entries.size() - 1);
        return last.stepsBefore() + last.steps();
    }

    /** Appends a finished episode. */
    public void append(EpisodeBuffer finished) {
        int rows = finished.length() + 1;
        prepare(HEADER_BYTES + rows * rowBytes());
        bytes.putInt(finished.length())
                .putInt(
                        (finished.terminated() ? TERMINATED : 0)
                                | (finished.truncated() ? TRUNCATED : 0));
        for (DatasetField field : DatasetField.of(task, false).keySet()) {
            put(finished, field, rows * width(field));
        }
        bytes.flip();
        try {
            long at = length;
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
            note(finished.length());
        } catch (IOException failure) {
            throw PartialFolder.failure(path, failure);
        }
    }

    private void note(int steps) {
        entries.add(new Entry(length, steps, transitions()));
        length += HEADER_BYTES + (steps + 1L) * rowBytes();
    }

    private void put(EpisodeBuffer from, DatasetField field, int count) {
        switch (field) {
            case OBSERVATIONS, STATE, REWARDS -> {
                bytes.asFloatBuffer().put(from.floats(field), 0, count);
                bytes.position(bytes.position() + count * Float.BYTES);
            }
            case ACTIONS -> {
                bytes.asIntBuffer().put(from.choices(), 0, count);
                bytes.position(bytes.position() + count * Integer.BYTES);
            }
            case AVAILABLE_ACTIONS -> bytes.put(from.available(), 0, count);
            default -> {
                // Flags stand in the header.
            }
        }
    }

    /** Reads an episode; the buffer is that of the next call. */
    private EpisodeBuffer read(int number) {
        Entry entry = entries.get(number);
        int rows = entry.steps() + 1;
        try {
            load(entry.offset(), HEADER_BYTES + rows * rowBytes());
        } catch (IOException failure) {
            throw PartialFolder.failure(path, failure);
        }
        int flags = bytes.getInt(Integer.BYTES);
        bytes.position(HEADER_BYTES);
        episode.hold(entry.steps(), (flags & TERMINATED) != 0, (flags & TRUNCATED) != 0);
        for (DatasetField field : DatasetField.of(task, false).keySet()) {
            take(field, rows * width(field));
        }
        episode.addUp();
        return episode;
    }

    private void take(DatasetField field, int count) {
        switch (field) {
            case OBSERVATIONS, STATE, REWARDS -> {
                bytes.asFloatBuffer().get(episode.floats(field), 0, count);
                bytes.position(bytes.position() + count * Float.BYTES);
            }
            case ACTIONS -> {
                bytes.asIntBuffer().get(episode.choices(), 0, count);
                bytes.position(bytes.position() + count * Integer.BYTES);
            }
            case AVAILABLE_ACTIONS -> bytes.get(episode.available(), 0, count);
            default -> {
                // Flags stand in the header.
            }
        }
    }

    /**
     * Whole episodes as a batch, cut to the longest of them.
     *
     * @param numbers which episodes, in the order of the batch
     */
    public EpisodeBatch batch(int[] numbers, TensorFactory tensors) {
        int longest = 0;
        for (int number : numbers) {
            longest = Math.max(longest, entries.get(number).steps());
        }
        BatchAssembly assembly = new BatchAssembly(task, numbers.length, longest + 1);
        for (int item = 0; item < numbers.length; item++) {
            assembly.put(item, read(numbers[item]));
        }
        return assembly.toBatch(tensors);
    }

    /**
     * Episodes drawn uniformly without replacement within the batch.
     *
     * @param window how many episodes, the last ones, to draw from
     * @param batchSize at most {@link #episodes()} and {@code window}
     */
    public EpisodeBatch sample(
            int window, int batchSize, RandomStream stream, TensorFactory tensors) {
        int held = Math.min(window, episodes());
        int[] numbers = new DistinctIndices(held, batchSize).next(stream).clone();
        for (int item = 0; item < batchSize; item++) {
            numbers[item] += episodes() - held;
        }
        return batch(numbers, tensors);
    }

    /** Mean return of the last so many episodes. */
    public double recentReturn(int wanted) {
        int first = Math.max(0, episodes() - wanted);
        double sum = 0;
        for (int number = first; number < episodes(); number++) {
            sum += read(number).score();
        }
        return sum / (episodes() - first);
    }

    /** Writes the episodes {@code from} to {@code to - 1}. */
    public void writeTo(DatasetWriter writer, int from, int to) {
        for (int number = from; number < to; number++) {
            writer.append(read(number));
        }
    }

    /** Bytes so far; durable when this returns. */
    public long sync() {
        try {
            channel.force(false);
            return length;
        } catch (IOException failure) {
            throw PartialFolder.failure(path, failure);
        }
    }

    private void load(long offset, int count) throws IOException {
        prepare(count);
        bytes.limit(count);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, offset + bytes.position()) < 0) {
                throw new EOFException("an episode is cut short");
            }
        }
        bytes.flip();
    }

    private void prepare(int count) {
        if (bytes.capacity() < count) {
            bytes = ByteBuffer.allocateDirect(2 * count).order(ByteOrder.LITTLE_ENDIAN);
        }
        bytes.clear();
    }

    private int rowBytes() {
        int sum = 0;
        for (DatasetField field : DatasetField.of(task, false).keySet()) {
            sum +=
                    switch (field) {
                        case OBSERVATIONS, STATE, REWARDS -> Float.BYTES * width(field);
                        case ACTIONS -> Integer.BYTES * width(field);
                        case AVAILABLE_ACTIONS -> width(field);
                        default -> 0;
                    };
        }
        return sum;
    }

    private int width(DatasetField field) {
        int agents = task.agents().size();
        return switch (field) {
            case OBSERVATIONS -> agents * task.observationSize();
            case STATE -> task.stateSize();
            case REWARDS -> task.rewardWidth();
            case ACTIONS -> agents;
            case AVAILABLE_ACTIONS -> agents * task.actionSpace().size();
            default -> 0;
        };
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw PartialFolder.failure(path, failure);
        }
    }
}
