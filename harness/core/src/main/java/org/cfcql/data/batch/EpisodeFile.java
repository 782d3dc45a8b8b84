package org.cfcql.data.batch;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.cfcql.data.DatasetField;
import org.cfcql.data.DatasetWriter;
import org.cfcql.data.DistinctIndices;
import org.cfcql.data.DoneConvention;
import org.cfcql.data.EpisodeBuffer;
import org.cfcql.data.PartialFolder;
import org.cfcql.data.TaskCard;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.TensorFactory;

/**
 * Episodes with numbered actions in one append-only file, read back by number: what an online
 * learner remembers, however much that is, in the system's file cache and not in the heap.
 *
 * <p>An episode of L steps is its length, its flags, then L + 1 rows of each array, little-endian.
 */
public final class EpisodeFile implements EpisodeSource, AutoCloseable {
    private static final int HEADER_BYTES = 2 * Integer.BYTES;
    private static final int TERMINATED = 1;
    private static final int TRUNCATED = 2;

    private final Path path;
    private final TaskCard task;
    private final Set<DatasetField> fields;
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
        fields = DatasetField.of(task, false).keySet();
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
                note(bytes.getInt(0));
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
        for (DatasetField field : fields) {
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
        int rows = length(number) + 1;
        load(number, 0, HEADER_BYTES + rows * rowBytes());
        int flags = bytes.getInt(Integer.BYTES);
        bytes.position(HEADER_BYTES);
        episode.hold(rows - 1, (flags & TERMINATED) != 0, (flags & TRUNCATED) != 0);
        for (DatasetField field : fields) {
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

    @Override
    public TaskCard task() {
        return task;
    }

    @Override
    public int length(int number) {
        return entries.get(number).steps();
    }

    @Override
    public boolean endsForGood(int number) {
        int flags = load(number, 0, HEADER_BYTES).getInt(Integer.BYTES);
        return DoneConvention.PAPER.isDone(
                task.timeoutKind(), (byte) (flags & TERMINATED), (byte) (flags & TRUNCATED));
    }

    @Override
    public void copyObservations(int number, FloatBuffer target, int at) {
        copy(number, DatasetField.OBSERVATIONS, target, at);
    }

    @Override
    public void copyState(int number, FloatBuffer target, int at) {
        copy(number, DatasetField.STATE, target, at);
    }

    @Override
    public void copyActions(int number, LongBuffer target, int at) {
        IntBuffer numbers = load(number, DatasetField.ACTIONS).asIntBuffer();
        while (numbers.hasRemaining()) {
            target.put(at + numbers.position(), numbers.get());
        }
    }

    @Override
    public void copyAvailableActions(int number, ByteBuffer target, int at) {
        ByteBuffer flags = load(number, DatasetField.AVAILABLE_ACTIONS);
        target.put(at, flags, 0, flags.remaining());
    }

    @Override
    public void copyRewards(int number, FloatBuffer target, int at) {
        FloatBuffer numbers = load(number, DatasetField.REWARDS).asFloatBuffer();
        float[] row = new float[task.rewardWidth()];
        for (int step = 0; step <= length(number); step++) {
            numbers.get(row);
            target.put(at + step, (float) task.score(row, 0));
        }
    }

    private void copy(int number, DatasetField field, FloatBuffer target, int at) {
        FloatBuffer numbers = load(number, field).asFloatBuffer();
        target.put(at, numbers, 0, numbers.remaining());
    }

    /** The bytes of one array of an episode. */
    private ByteBuffer load(int number, DatasetField wanted) {
        int rows = length(number) + 1;
        int skipped = HEADER_BYTES;
        for (DatasetField field : fields) {
            if (field == wanted) {
                break;
            }
            skipped += rows * rowBytes(field);
        }
        return load(number, skipped, rows * rowBytes(wanted));
    }

    private ByteBuffer load(int number, int from, int count) {
        try {
            load(entries.get(number).offset() + from, count);
            return bytes;
        } catch (IOException failure) {
            throw PartialFolder.failure(path, failure);
        }
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
        return new EpisodeAssembler(tensors).assemble(this, numbers);
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
        for (DatasetField field : fields) {
            sum += rowBytes(field);
        }
        return sum;
    }

    /** Flags and offsets stand elsewhere. */
    private int rowBytes(DatasetField field) {
        return switch (field) {
            case OBSERVATIONS, STATE, REWARDS -> Float.BYTES * width(field);
            case ACTIONS -> Integer.BYTES * width(field);
            case AVAILABLE_ACTIONS -> width(field);
            default -> 0;
        };
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
