package org.cfcql.data.hdf5;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Link;
import io.jhdf.api.Node;
import io.jhdf.dataset.DatasetBase;
import io.jhdf.exceptions.HdfException;
import io.jhdf.links.ExternalLink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.cfcql.error.ForeignText;
import org.cfcql.error.UserError;

/**
 * A file of the paper's HDF5 layout (spec 5.1), read a block of episodes at a time so that memory
 * does not grow with the file. Also takes ICQ's files, which have {@code actions_onehot} and no
 * {@code probs}, and arrays whose last axis of length 1 is left out.
 */
final class Hdf5Source implements AutoCloseable {
    private static final long BLOCK_BYTES = 48L << 20;
    private static final String MEND = "; see docs/datasets.md for the layout";

    static {
        Hdf5Checksum.register();
    }

    private final Path path;
    private final HdfFile file;
    private final Map<Hdf5Field, Hdf5Array> arrays = new EnumMap<>(Hdf5Field.class);
    private final EpisodeShape shape;
    private final long blockBytes;
    private int first;
    private int end;

    private Hdf5Source(Path path, HdfFile file, long blockBytes) {
        this.path = path;
        this.blockBytes = blockBytes;
        this.file = file;
        for (Hdf5Field field : Hdf5Field.values()) {
            if (field.required()) {
                arrays.put(field, array(field.key()));
            }
        }
        int[] obs = axes(Hdf5Field.OBS, 4, "[episode, slot, agent, observation]");
        int[] state = axes(Hdf5Field.STATE, 3, "[episode, slot, state]");
        int[] available = axes(Hdf5Field.AVAIL_ACTIONS, 4, "[episode, slot, agent, action]");
        shape = new EpisodeShape(obs[0], obs[1], obs[2], obs[3], state[2], available[3]);
        if (shape.episodes() == 0 || shape.slots() < 2) {
            throw new UserError(
                    "%s: expected an episode and two time slots at least, found 'obs' of shape %s"
                            .formatted(path, Arrays.toString(obs)));
        }
        arrays.forEach(this::requireShape);
    }

    /**
     * Opens a file and checks names, types and shapes of its arrays; reads none of them.
     *
     * @throws UserError if it is not such a file or is cut
     */
    static Hdf5Source open(Path path) {
        return open(path, BLOCK_BYTES);
    }

    /** As above, with another bound on what is read at once. */
    static Hdf5Source open(Path path, long blockBytes) {
        if (!Files.isRegularFile(path)) {
            throw new UserError(
                    path
                            + ": expected an HDF5 file, found "
                            + (Files.exists(path) ? "a folder" : "no such file"));
        }
        HdfFile file;
        try {
            file = new HdfFile(path);
        } catch (RuntimeException unreadable) {
            throw new UserError(
                    path + ": expected an HDF5 file, found another kind of file or a damaged one",
                    unreadable);
        }
        try {
            requireWhole(path, file);
            return new Hdf5Source(path, file, blockBytes);
        } catch (UserError refused) {
            file.close();
            throw refused;
        } catch (RuntimeException damaged) {
            file.close();
            throw Hdf5Damage.of(path, damaged);
        }
    }

    private static void requireWhole(Path path, HdfFile file) {
        long expected = file.getHdfBackingStorage().getSuperblock().getEndOfFileAddress();
        long found = file.getHdfBackingStorage().size();
        if (found < expected) {
            throw new UserError(
                    "%s: expected %d bytes as its header says, found %d; the file is cut, copy it"
                                    .formatted(path, expected, found)
                            + " again");
        }
    }

    private Hdf5Array array(String key) {
        Node node = file.getChildren().get(key);
        if (node == null) {
            throw new UserError(
                    "%s: expected the array '%s', found only %s%s"
                            .formatted(
                                    path,
                                    key,
                                    file.getChildren().isEmpty()
                                            ? "an empty file"
                                            : String.join(", ", new TreeSet<>(keys())),
                                    MEND));
        }
        if (!(followed(key, node) instanceof DatasetBase stored)) {
            throw new UserError(
                    "%s: expected '%s' to be an array, found a group%s".formatted(path, key, MEND));
        }
        return new Hdf5Array(path, key, stored);
    }

    /** What a link inside the file leads to. */
    private Node followed(String key, Node node) {
        if (!(node instanceof Link link)) {
            return node;
        }
        if (link instanceof ExternalLink) {
            throw new UserError(
                    "%s: expected '%s' in this file, found a link to another one (%s); store the data"
                                    .formatted(path, key, ForeignText.oneLine(link.getTargetPath()))
                            + " in one file, for example with h5repack or h5copy");
        }
        try {
            return link.getTarget();
        } catch (HdfException | StackOverflowError nowhere) {
            throw new UserError(
                    "%s: expected '%s' to be an array, found a link to %s that leads nowhere; store"
                                    .formatted(path, key, ForeignText.oneLine(link.getTargetPath()))
                            + " the array under that name",
                    nowhere);
        }
    }

    private Set<String> keys() {
        return file.getChildren().keySet();
    }

    private int[] axes(Hdf5Field field, int rank, String meaning) {
        int[] axes = arrays.get(field).axes();
        if (axes.length != rank) {
            throw new UserError(
                    "%s: expected '%s' of shape %s, found %s%s"
                            .formatted(path, field.key(), meaning, Arrays.toString(axes), MEND));
        }
        return axes;
    }

    private void requireShape(Hdf5Field field, Hdf5Array array) {
        int[] expected = field.axes(shape);
        int[] found = array.axes();
        boolean unitLeftOut =
                expected[expected.length - 1] == 1
                        && Arrays.equals(Arrays.copyOf(expected, expected.length - 1), found);
        if (!Arrays.equals(expected, found) && !unitLeftOut) {
            throw new UserError(
                    "%s: expected '%s' of shape %s as those of the other arrays say, found %s%s"
                            .formatted(
                                    path,
                                    field.key(),
                                    Arrays.toString(expected),
                                    Arrays.toString(found),
                                    MEND));
        }
    }

    /** Sizes of the episodes. */
    EpisodeShape shape() {
        return shape;
    }

    /** Where the file is. */
    Path path() {
        return path;
    }

    /** Arrays that the importer makes no use of, sorted. */
    List<String> ignored() {
        Set<String> names = new TreeSet<>(keys());
        arrays.keySet().forEach(field -> names.remove(field.key()));
        return new ArrayList<>(names);
    }

    /** Text of an attribute of the file. */
    Optional<String> attribute(String name) {
        Attribute attribute = file.getAttribute(name);
        return attribute == null
                ? Optional.empty()
                : Optional.of(String.valueOf(attribute.getData()));
    }

    /** Whether the arrays are stored in pieces. */
    boolean chunked() {
        return arrays.get(Hdf5Field.OBS).rowsStoredTogether() > 1;
    }

    /**
     * Makes an episode readable, with those around it.
     *
     * @param fields arrays that will be asked for; the same in every call
     */
    void load(int episode, Set<Hdf5Field> fields) {
        if (episode >= first && episode < end) {
            return;
        }
        int count = blockEpisodes(fields);
        first = episode / count * count;
        end = Math.min(first + count, shape.episodes());
        for (Hdf5Field field : fields) {
            arrays.get(field).load(first, end - first);
        }
    }

    /** Forgets what is loaded, so that other arrays can be asked for. */
    void rewind() {
        first = 0;
        end = 0;
    }

    /** A piece of the file that spans several episodes is read whole: better once than often. */
    private int blockEpisodes(Set<Hdf5Field> fields) {
        long bytes = 0;
        int together = 1;
        for (Hdf5Field field : fields) {
            bytes += arrays.get(field).rowBytes();
            together = Math.max(together, arrays.get(field).rowsStoredTogether());
        }
        int fitting = (int) Math.max(1, Math.min(blockBytes / bytes, shape.episodes()));
        return fitting > together ? fitting / together * together : fitting;
    }

    /** An element of a loaded episode, by its place in the slot. */
    double value(Hdf5Field field, int episode, int slot, int index) {
        int slots = (episode - first) * shape.slots() + slot;
        return arrays.get(field).value(slots * field.slotElements(shape) + index);
    }

    @Override
    public void close() {
        file.close();
    }
}
