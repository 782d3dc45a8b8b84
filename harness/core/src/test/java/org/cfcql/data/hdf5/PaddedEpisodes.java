package org.cfcql.data.hdf5;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cfcql.data.DatasetCard;
import org.cfcql.data.npy.NpyType;

/** The sample episodes in memory, in double precision, to be spoilt and written again. */
final class PaddedEpisodes {
    static final EpisodeShape SHAPE = new EpisodeShape(4, 7, 2, 3, 5, 4);

    private final Map<Hdf5Field, double[]> arrays = new EnumMap<>(Hdf5Field.class);
    private final Map<Hdf5Field, int[]> axes = new EnumMap<>(Hdf5Field.class);

    private PaddedEpisodes() {}

    static PaddedEpisodes sound() {
        PaddedEpisodes padded = new PaddedEpisodes();
        try (Hdf5Source source = Hdf5Source.open(Hdf5ImporterTest.sample("2s_vs_1sc_medium.h5"))) {
            for (Hdf5Field field : Hdf5Field.values()) {
                if (field.required()) {
                    padded.arrays.put(field, read(source, field));
                    padded.axes.put(field, field.axes(SHAPE));
                }
            }
        }
        return padded;
    }

    private static double[] read(Hdf5Source source, Hdf5Field field) {
        int width = field.slotElements(SHAPE);
        double[] values = new double[SHAPE.episodes() * SHAPE.slots() * width];
        source.rewind();
        for (int index = 0; index < values.length; index++) {
            int slots = index / width;
            int episode = slots / SHAPE.slots();
            source.load(episode, java.util.EnumSet.of(field));
            values[index] = source.value(field, episode, slots % SHAPE.slots(), index % width);
        }
        return values;
    }

    void set(Hdf5Field field, int episode, int slot, int index, double value) {
        int slots = episode * SHAPE.slots() + slot;
        arrays.get(field)[slots * field.slotElements(SHAPE) + index] = value;
    }

    void remove(Hdf5Field field) {
        arrays.remove(field);
    }

    void reshape(Hdf5Field field, int... shape) {
        axes.put(field, shape);
    }

    /** Writes the arrays in single precision, which holds all of them. */
    Path write(Path path) {
        return write(path, "nothing", "");
    }

    Path write(Path path, String attributeName, String attribute) {
        List<Hdf5Writer.Layout> layouts = new ArrayList<>();
        arrays.keySet()
                .forEach(
                        field ->
                                layouts.add(
                                        new Hdf5Writer.Layout(
                                                field.key(), NpyType.FLOAT32, axes.get(field))));
        try (Hdf5Writer writer = new Hdf5Writer(path, layouts, attributeName, attribute)) {
            int array = 0;
            for (double[] values : arrays.values()) {
                ByteBuffer bytes =
                        ByteBuffer.allocate(values.length * Float.BYTES)
                                .order(ByteOrder.LITTLE_ENDIAN);
                for (double value : values) {
                    bytes.putFloat((float) value);
                }
                writer.write(array++, 0, bytes.flip());
            }
            writer.finish();
            return path;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes and imports them as {@code data} in a folder. */
    DatasetCard importTo(Path folder) {
        try {
            java.nio.file.Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path file = write(folder.resolve("padded.h5"));
        return new Hdf5Importer(file, Optional.of("smax/test"), Optional.of("medium"))
                .importTo(folder.resolve("data"), List.of("test"), "0");
    }
}
