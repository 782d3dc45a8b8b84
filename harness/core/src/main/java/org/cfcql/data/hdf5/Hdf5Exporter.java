package org.cfcql.data.hdf5;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.cfcql.data.CardFile;
import org.cfcql.data.Dataset;
import org.cfcql.data.DatasetField;
import org.cfcql.data.DoneConvention;
import org.cfcql.data.PartialFolder;
import org.cfcql.data.TaskCard;
import org.cfcql.data.npy.NpyFile;
import org.cfcql.env.ActionSpace;
import org.cfcql.error.OrderlyEnd;
import org.cfcql.error.UserError;

/**
 * Writes a data set of numbered actions as one file of the paper's HDF5 layout (spec 5.1): every
 * episode padded with zeros to the limit and one slot, contiguous arrays. Memory does not grow with
 * the data.
 */
public final class Hdf5Exporter {
    private final Dataset dataset;
    private final TaskCard task;
    private final EpisodeShape shape;
    private final Path target;

    private Hdf5Exporter(Dataset dataset, Path target) {
        this.dataset = dataset;
        this.target = target;
        task = dataset.card().task();
        shape = EpisodeShape.of(task, dataset.episodes());
    }

    /**
     * Writes the file; it gets its name when it is complete.
     *
     * @param target a file that must not exist
     * @throws UserError if the layout cannot hold the data set or the file exists
     * @throws org.cfcql.error.MachineFault if the disk is full
     */
    public static void export(Dataset dataset, Path target) {
        Hdf5Exporter exporter = new Hdf5Exporter(dataset, target);
        exporter.requireDiscrete();
        exporter.requireEnds();
        exporter.write();
    }

    private void requireDiscrete() {
        String found = "";
        if (!(task.actionSpace() instanceof ActionSpace.Discrete)) {
            found = "continuous ones; say --format omar";
        } else if (task.perAgentReward()) {
            found = "rewards per agent";
        } else if (dataset.card().separateNext()) {
            found = "next observations apart from the rows";
        }
        if (!found.isEmpty()) {
            throw new UserError(
                    dataset.folder()
                            + ": expected discrete actions and one reward for the team, which the"
                            + " layout cfcql-h5 is for, found "
                            + found);
        }
    }

    /** Only an episode of the full length can stop in this layout without having terminated. */
    private void requireEnds() {
        for (int episode = 0; episode < dataset.episodes(); episode++) {
            int length = dataset.length(episode);
            boolean full = length == shape.episodeLimit();
            if (length > shape.episodeLimit() || !full && !isDone(episode)) {
                throw new UserError(
                        "%s: expected episodes that end or have the full %d steps, found episode %d"
                                        .formatted(dataset.folder(), shape.episodeLimit(), episode)
                                + " of %d steps, which the layout cfcql-h5 cannot hold"
                                        .formatted(length));
            }
        }
    }

    private boolean isDone(int episode) {
        long last = dataset.firstRow(episode) + dataset.length(episode) - 1;
        return DoneConvention.PAPER.isDone(
                task.timeoutKind(),
                dataset.file(DatasetField.TERMINATED).byteAt(last),
                dataset.file(DatasetField.TRUNCATED).byteAt(last));
    }

    private void write() {
        Path absolute = target.toAbsolutePath().normalize();
        if (Files.exists(absolute)) {
            throw new UserError(
                    target + ": expected a new file to write to, found one; choose another name");
        }
        Path partial = absolute.resolveSibling(absolute.getFileName() + ".partial");
        try {
            Files.createDirectories(absolute.getParent());
            Files.deleteIfExists(partial);
            try {
                writeTo(partial);
                Files.move(partial, absolute, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(partial);
            }
        } catch (IOException e) {
            throw PartialFolder.failure(target, e);
        }
    }

    private void writeTo(Path partial) throws IOException {
        List<Hdf5Writer.Layout> layouts = new ArrayList<>();
        for (Hdf5Field field : Hdf5Field.values()) {
            layouts.add(new Hdf5Writer.Layout(field.key(), field.type(), field.axes(shape)));
        }
        String origin = CardFile.text(Hdf5Origin.of(dataset));
        try (Hdf5Writer writer = new Hdf5Writer(partial, layouts, Hdf5Origin.ATTRIBUTE, origin)) {
            for (int episode = 0; episode < dataset.episodes(); episode++) {
                OrderlyEnd.safePlace();
                for (Hdf5Field field : Hdf5Field.values()) {
                    if (field != Hdf5Field.PROBS) {
                        writeEpisode(writer, field, episode);
                    }
                }
            }
            writer.finish();
        }
    }

    private void writeEpisode(Hdf5Writer writer, Hdf5Field field, int episode) throws IOException {
        int length = dataset.length(episode);
        long row = dataset.firstRow(episode);
        int width = field.slotElements(shape);
        int count = (length + 1) * width;
        ByteBuffer values =
                ByteBuffer.allocate(count * field.type().bytes()).order(ByteOrder.LITTLE_ENDIAN);
        switch (field) {
            case OBS -> floats(DatasetField.OBSERVATIONS, row, length + 1, values);
            case STATE -> floats(stateField(), row, length + 1, values);
            case REWARD -> floats(DatasetField.REWARDS, row, length + 1, values);
            case ACTIONS -> {
                NpyFile actions = dataset.file(DatasetField.ACTIONS);
                for (int index = 0; index < count; index++) {
                    values.putLong((long) actions.value(row, index));
                }
            }
            case AVAIL_ACTIONS -> {
                NpyFile available = dataset.file(DatasetField.AVAILABLE_ACTIONS);
                for (int index = 0; index < count; index++) {
                    values.putInt(available == null ? 1 : (int) available.value(row, index));
                }
            }
            case TERMINATED -> values.put(length - 1, (byte) (isDone(episode) ? 1 : 0));
            case FILLED -> {
                for (int slot = 0; slot <= length; slot++) {
                    values.putLong(1);
                }
            }
            default -> throw new IllegalArgumentException(field + " holds zeros");
        }
        writer.write(field.ordinal(), (long) episode * shape.slots() * width, values.rewind());
    }

    private DatasetField stateField() {
        return task.stateIsObservations() ? DatasetField.OBSERVATIONS : DatasetField.STATE;
    }

    private void floats(DatasetField field, long row, int rows, ByteBuffer values) {
        dataset.file(field).copyFloats(row, rows, values.asFloatBuffer(), 0);
    }
}
