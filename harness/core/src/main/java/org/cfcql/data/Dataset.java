package org.cfcql.data;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.cfcql.data.npy.NpyFile;
import org.cfcql.error.UserError;

/**
 * A data set opened for reading. Its arrays stay on disk and are memory-mapped, so that processes
 * share one copy; safe for use by several threads.
 *
 * <p>Row r of an episode of L steps is its step r, row L its final observation. Transitions are
 * numbered through all episodes: transition t of episode e is row t + e.
 */
public final class Dataset {
    private final Path folder;
    private final DatasetCard card;
    private final Map<DatasetField, NpyFile> files;
    private final long[] firstTransition;

    private Dataset(Path folder, DatasetCard card, Map<DatasetField, NpyFile> files) {
        this.folder = folder;
        this.card = card;
        this.files = Collections.unmodifiableMap(files);
        this.firstTransition = transitionStarts();
    }

    /**
     * Opens a data set: reads the card, maps the files, checks their types and shapes against the
     * card. Contents are checked by {@code data.check}.
     *
     * @throws UserError if the folder is not a data set, is of a newer form, or is damaged
     */
    public static Dataset open(Path folder) {
        DatasetCard card = CardFile.read(folder);
        Map<DatasetField, NpyFile> files = new EnumMap<>(DatasetField.class);
        DatasetField.of(card.task(), card.separateNext())
                .forEach(
                        (field, layout) ->
                                files.put(field, openField(folder, card, field, layout)));
        return new Dataset(folder, card, files);
    }

    private static NpyFile openField(
            Path folder, DatasetCard card, DatasetField field, DatasetField.Layout layout) {
        NpyFile file = NpyFile.open(folder.resolve(field.fileName()));
        long[] expected = new long[layout.row().length + 1];
        expected[0] = field == DatasetField.EPISODE_OFFSETS ? card.episodes() + 1 : card.rows();
        System.arraycopy(layout.row(), 0, expected, 1, layout.row().length);
        if (!Arrays.equals(expected, file.shape())
                || file.type() != layout.type()
                || file.fortranOrder()) {
            throw new UserError(
                    "%s: expected %s %s in C order as its card says, found %s %s%s"
                            .formatted(
                                    file.path(),
                                    layout.type().descriptor(),
                                    Arrays.toString(expected),
                                    file.type().descriptor(),
                                    Arrays.toString(file.shape()),
                                    file.fortranOrder() ? " in Fortran order" : ""));
        }
        return file;
    }

    private long[] transitionStarts() {
        NpyFile offsets = files.get(DatasetField.EPISODE_OFFSETS);
        long[] starts = new long[card.episodes() + 1];
        for (int episode = 0; episode <= card.episodes(); episode++) {
            starts[episode] = offsets.longAt(episode) - episode;
            boolean wrong = episode == 0 ? starts[0] != 0 : starts[episode] <= starts[episode - 1];
            if (wrong) {
                throw new UserError(
                        offsets.path()
                                + " row "
                                + episode
                                + ": expected an offset that starts at 0 and leaves each episode"
                                + " two rows or more, found "
                                + offsets.longAt(episode));
            }
        }
        if (starts[card.episodes()] != card.transitions()) {
            throw new UserError(
                    "%s: expected the last offset to be the card's %d rows, found %d"
                            .formatted(
                                    offsets.path(), card.rows(), offsets.longAt(card.episodes())));
        }
        return starts;
    }

    /** Where the data set is. */
    public Path folder() {
        return folder;
    }

    /** Its card. */
    public DatasetCard card() {
        return card;
    }

    /** Number of steps taken in all episodes. */
    public long transitions() {
        return card.transitions();
    }

    /** Number of episodes. */
    public int episodes() {
        return card.episodes();
    }

    /** Steps of an episode. */
    public int length(int episode) {
        return (int) (firstTransition[episode + 1] - firstTransition[episode]);
    }

    /** The row an episode starts at. */
    public long firstRow(int episode) {
        return firstTransition[episode] + episode;
    }

    /** The episode a transition belongs to. */
    public int episodeOf(long transition) {
        int found = Arrays.binarySearch(firstTransition, transition);
        return found >= 0 ? found : -found - 2;
    }

    /** Whether a row holds an episode's final observation. */
    public boolean isFinalRow(long row) {
        int low = 0;
        int high = episodes() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (firstRow(middle) <= row) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return row == firstRow(low) + length(low);
    }

    /** The array of a field; null where the data set has none. */
    public NpyFile file(DatasetField field) {
        return files.get(field);
    }

    /** The arrays the data set has. */
    public Map<DatasetField, NpyFile> files() {
        return files;
    }
}
