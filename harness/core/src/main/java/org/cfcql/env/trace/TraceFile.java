package org.cfcql.env.trace;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.cfcql.error.ForeignText;
import org.cfcql.error.MachineFault;
import org.cfcql.error.UserError;

/**
 * Consecutive rows of one environment (docs/golden-files.md). A row is what agents see after a
 * reset or after a step; an episode is a reset row followed by its steps.
 */
public final class TraceFile {
    private static final String MAP = "map";
    private static final String RESET = "reset";
    private static final int LARGEST_MEMBER = 1 << 28;
    private static final int LARGEST_FILE = 1 << 29;

    private final Path path;
    private final String map;
    private final boolean[] resets;
    private final long[] seeds;
    private final Map<TraceField, NpzArray> arrays;
    private final Map<TraceField, double[]> values = new EnumMap<>(TraceField.class);
    private final List<String> unknown;

    private TraceFile(Path path, Map<String, NpzArray> members) {
        this.path = path;
        map = take(members, MAP).text();
        long[] flags = take(members, RESET).integers();
        resets = new boolean[flags.length];
        for (int row = 0; row < flags.length; row++) {
            resets[row] = flags[row] != 0;
        }
        arrays = new EnumMap<>(TraceField.class);
        for (TraceField field : TraceField.values()) {
            NpzArray array = take(members, field.stored());
            arrays.put(field, array);
            values.put(field, array.doubles());
        }
        unknown = List.copyOf(members.keySet());
        seeds = arrays.get(TraceField.SEED).integers();
        requireShape(TraceField.SEED, resets.length);
        if (resets.length == 0 || !resets[0]) {
            throw new UserError(path + ": expected the first row to be a reset, found none");
        }
    }

    /**
     * Reads a file.
     *
     * @throws UserError if it is none, lacks a field or holds one of another kind
     */
    public static TraceFile read(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new UserError(path + ": expected a .npz file here, found none");
        }
        Map<String, NpzArray> members = new TreeMap<>();
        long wholeBytes = 0;
        try (ZipFile zip = new ZipFile(path.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                String name = ForeignText.oneLine(entry.getName().replaceFirst("\\.npy$", ""));
                try (InputStream member = zip.getInputStream(entry)) {
                    byte[] bytes = member.readNBytes(LARGEST_MEMBER);
                    wholeBytes += bytes.length;
                    if (wholeBytes > LARGEST_FILE) {
                        throw new UserError(
                                path + ": expected at most " + LARGEST_FILE + " bytes, found more");
                    }
                    members.put(name, NpzArray.read(path + ", array " + name, bytes));
                }
            }
        } catch (ZipException | EOFException damaged) {
            throw new UserError(
                    path + ": expected a NumPy .npz file, found another kind of file or a cut one",
                    damaged);
        } catch (IOException unreadable) {
            throw new MachineFault(
                    "cannot read " + path + ": " + unreadable.getMessage(), unreadable);
        }
        return new TraceFile(path, members);
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Environment that the rows were recorded in. */
    public String environment() {
        return "smax/" + map;
    }

    /** Number of rows. */
    public int rows() {
        return resets.length;
    }

    /** Names of arrays that no replay compares. */
    List<String> unknown() {
        return unknown;
    }

    /** Whether an episode starts in this row. */
    boolean reset(int row) {
        return resets[row];
    }

    /** Seed of the row's episode. */
    long seed(int row) {
        return seeds[row];
    }

    /** A field in one row; types are the same in all rows. */
    double[] row(TraceField field, int row) {
        double[] all = values.get(field);
        if (field == TraceField.TYPES) {
            return all.clone();
        }
        int width = all.length / resets.length;
        return Arrays.copyOfRange(all, row * width, (row + 1) * width);
    }

    /**
     * Checks a field against what the environment has.
     *
     * @throws UserError if it has another shape
     */
    void requireShape(TraceField field, int... expected) {
        int[] found = arrays.get(field).shape();
        if (!Arrays.equals(found, expected)) {
            throw new UserError(
                    path
                            + ": expected "
                            + field.stored()
                            + " of shape "
                            + Arrays.toString(expected)
                            + ", found "
                            + Arrays.toString(found));
        }
    }

    private NpzArray take(Map<String, NpzArray> members, String name) {
        NpzArray array = members.remove(name);
        if (array == null) {
            List<String> found = new ArrayList<>(members.keySet());
            throw new UserError(
                    path + ": expected an array " + name + ", found " + String.join(", ", found));
        }
        return array;
    }
}
