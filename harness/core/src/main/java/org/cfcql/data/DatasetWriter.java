package org.cfcql.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.cfcql.data.npy.NpyWriter;
import org.cfcql.env.ActionSpace;
import org.cfcql.error.MachineFault;
import org.cfcql.error.NumericFault;
import org.cfcql.error.OrderlyEnd;
import org.cfcql.error.UserError;

/**
 * Writes a data set episode by episode with bounded memory. The folder gets its name in {@link
 * #finish}, after its card; a writer closed before that leaves nothing behind.
 */
public final class DatasetWriter implements AutoCloseable {
    private final PartialFolder folder;
    private final TaskCard task;
    private final boolean separateNext;
    private final Map<DatasetField, DatasetField.Layout> layout;
    private final Map<DatasetField, NpyWriter> files = new EnumMap<>(DatasetField.class);
    private double[] returns = new double[1024];
    private int episodes;
    private int whole;
    private boolean marked;
    private long transitions;
    private byte[] flags = new byte[0];

    private DatasetWriter(PartialFolder folder, TaskCard task, boolean separateNext) {
        this.folder = folder;
        this.task = task;
        this.separateNext = separateNext;
        this.layout = DatasetField.of(task, separateNext);
    }

    /**
     * Starts a data set.
     *
     * @param target folder that must not exist or be empty
     * @param task the environment
     * @throws UserError if the folder is in use
     * @throws MachineFault if the disk is full
     */
    public static DatasetWriter create(Path target, TaskCard task) {
        return create(target, task, false);
    }

    /** Starts a data set whose next observations are perhaps stored apart from its rows. */
    public static DatasetWriter create(Path target, TaskCard task, boolean separateNext) {
        DatasetWriter writer = new DatasetWriter(PartialFolder.create(target), task, separateNext);
        try {
            for (Map.Entry<DatasetField, DatasetField.Layout> field : writer.layout.entrySet()) {
                writer.files.put(
                        field.getKey(),
                        new NpyWriter(
                                writer.folder.path().resolve(field.getKey().fileName()),
                                field.getValue().type(),
                                field.getValue().row()));
            }
            writer.files.get(DatasetField.EPISODE_OFFSETS).write(0L);
            return writer;
        } catch (IOException e) {
            writer.close();
            throw PartialFolder.failure(target, e);
        }
    }

    /** Episodes appended so far. */
    public int episodes() {
        return episodes;
    }

    /** Steps appended so far. */
    public long transitions() {
        return transitions;
    }

    /**
     * Appends an episode; the buffer may be filled again afterwards.
     *
     * @throws NumericFault if it holds NaN or an infinity
     * @throws MachineFault if the disk is full
     */
    public void append(EpisodeBuffer episode) {
        OrderlyEnd.safePlace();
        int rows = episode.length() + 1;
        if (episode.length() < 1) {
            throw new IllegalArgumentException("an episode has at least one step");
        }
        try {
            for (Map.Entry<DatasetField, NpyWriter> file : files.entrySet()) {
                append(episode, rows, file.getKey(), file.getValue());
            }
        } catch (IOException e) {
            throw PartialFolder.failure(folder.path(), e);
        }
        if (whole == returns.length) {
            returns = Arrays.copyOf(returns, 2 * whole);
        }
        marked |= Cut.saysMore(episode.cut());
        if (!Cut.dataEnded(episode.cut())) {
            returns[whole++] = episode.score();
        }
        episodes++;
        transitions += episode.length();
    }

    private void append(EpisodeBuffer episode, int rows, DatasetField field, NpyWriter file)
            throws IOException {
        switch (field) {
            case TERMINATED ->
                    file.write(lastStep((byte) (episode.terminated() ? 1 : 0), rows), rows);
            case TRUNCATED -> file.write(lastStep(episode.cut(), rows), rows);
            case EPISODE_OFFSETS -> file.write(transitions + episodes + rows);
            case AVAILABLE_ACTIONS -> file.write(episode.available(), rows * width(field));
            case ACTIONS -> {
                if (task.actionSpace() instanceof ActionSpace.Discrete) {
                    file.write(episode.choices(), rows * width(field));
                } else {
                    writeFloats(episode, rows, field, file);
                }
            }
            default -> writeFloats(episode, rows, field, file);
        }
    }

    private void writeFloats(EpisodeBuffer episode, int rows, DatasetField field, NpyWriter file)
            throws IOException {
        int count = rows * width(field);
        float[] values = episode.floats(field);
        for (int index = 0; index < count; index++) {
            if (!Float.isFinite(values[index])) {
                throw new NumericFault(
                        "episode %d step %d: expected finite %s, found %s; nothing was kept"
                                .formatted(
                                        episodes,
                                        index / width(field),
                                        field.fileName(),
                                        values[index]));
            }
        }
        file.write(values, count);
    }

    private byte[] lastStep(byte flag, int rows) {
        if (flags.length < rows) {
            flags = new byte[2 * rows];
        }
        Arrays.fill(flags, (byte) 0);
        flags[rows - 2] = flag;
        return flags;
    }

    private int width(DatasetField field) {
        int product = 1;
        for (long length : layout.get(field).row()) {
            product *= (int) length;
        }
        return product;
    }

    /**
     * Completes the files, writes the card and gives the folder its name.
     *
     * @param kind kind of data, for example {@code random}
     * @param made how the data set was made
     * @throws UserError if no whole episode was appended
     * @throws MachineFault if the disk is full
     */
    public DatasetCard finish(String kind, Provenance made) {
        if (whole == 0) {
            throw new UserError("expected at least one whole episode to store, found none");
        }
        try {
            Map<DatasetField, FieldCard> fields = new EnumMap<>(DatasetField.class);
            for (Map.Entry<DatasetField, NpyWriter> file : files.entrySet()) {
                file.getValue().finish();
                fields.put(file.getKey(), describe(file.getKey()));
            }
            DatasetCard card =
                    new DatasetCard(
                            marked ? DatasetCard.MARKED_SCHEMA : DatasetCard.SCHEMA,
                            kind,
                            task,
                            episodes,
                            transitions,
                            transitions + episodes,
                            ReturnStatistics.of(Arrays.copyOf(returns, whole)),
                            fields,
                            ContentHash.ofFields(fields),
                            made);
            folder.publish(DatasetCard.FILE_NAME, CardFile.write(card));
            return card;
        } catch (IOException e) {
            throw PartialFolder.failure(folder.path(), e);
        }
    }

    private FieldCard describe(DatasetField field) {
        List<Long> shape = new ArrayList<>();
        shape.add(field == DatasetField.EPISODE_OFFSETS ? episodes + 1 : transitions + episodes);
        for (long length : layout.get(field).row()) {
            shape.add(length);
        }
        return new FieldCard(
                layout.get(field).type().descriptor(),
                shape,
                ContentHash.ofFile(folder.path().resolve(field.fileName())));
    }

    @Override
    public void close() {
        for (NpyWriter file : files.values()) {
            try {
                file.close();
            } catch (IOException e) {
                throw PartialFolder.failure(folder.path(), e);
            }
        }
        folder.close();
    }
}
