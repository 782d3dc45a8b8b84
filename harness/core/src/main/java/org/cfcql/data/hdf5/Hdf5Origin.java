package org.cfcql.data.hdf5;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.BitSet;
import java.util.Optional;
import org.cfcql.data.CardFile;
import org.cfcql.data.Dataset;
import org.cfcql.data.DatasetCard;
import org.cfcql.data.DatasetField;
import org.cfcql.data.TaskCard;
import org.cfcql.error.UserError;

/**
 * What the paper's HDF5 layout has no place for, kept as JSON in an attribute of the file, so that
 * importing an exported data set gives the same data set. Other programs need not look at it.
 *
 * @param schema version of this form
 * @param kind kind of data
 * @param task the environment
 * @param terminated bits of the episodes that ended by the task's rules, in base 64; empty where
 *     they would not fit an attribute
 * @param truncated the same for those cut from outside
 */
record Hdf5Origin(int schema, String kind, TaskCard task, String terminated, String truncated) {
    /** Name of the attribute. */
    static final String ATTRIBUTE = "cfcql";

    private static final int SCHEMA = 1;

    /** HDF5 keeps attributes below 64 KiB in the object header; some room for the card. */
    private static final int LARGEST_FLAGS = 40_000;

    /** The origin of a data set that is to be exported. */
    static Hdf5Origin of(Dataset dataset) {
        DatasetCard card = dataset.card();
        String terminated = ends(dataset, DatasetField.TERMINATED);
        String truncated = ends(dataset, DatasetField.TRUNCATED);
        boolean fit = terminated.length() + truncated.length() <= LARGEST_FLAGS;
        return new Hdf5Origin(
                SCHEMA, card.kind(), card.task(), fit ? terminated : "", fit ? truncated : "");
    }

    private static String ends(Dataset dataset, DatasetField field) {
        BitSet bits = new BitSet(dataset.episodes());
        for (int episode = 0; episode < dataset.episodes(); episode++) {
            long last = dataset.firstRow(episode) + dataset.length(episode) - 1;
            bits.set(episode, dataset.file(field).byteAt(last) != 0);
        }
        // A bit behind the last tells an empty set from one that was left out.
        bits.set(dataset.episodes());
        return Base64.getEncoder().encodeToString(bits.toByteArray());
    }

    /**
     * The origin of a file, if the harness wrote it.
     *
     * @throws UserError if it is of a newer form or damaged
     */
    static Optional<Hdf5Origin> read(Hdf5Source source) {
        Optional<String> text = source.attribute(ATTRIBUTE);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Hdf5Origin origin = parse(source.path(), text.get());
        EpisodeShape shape = source.shape();
        EpisodeShape declared = EpisodeShape.of(origin.task, shape.episodes());
        if (!declared.equals(shape)) {
            throw new UserError(
                    "%s: expected %s as its attribute '%s' says, found %s; remove the attribute"
                            .formatted(source.path(), declared, ATTRIBUTE, shape));
        }
        return Optional.of(origin);
    }

    private static Hdf5Origin parse(Path path, String text) {
        Hdf5Origin origin;
        try {
            origin = CardFile.parse(text, Hdf5Origin.class);
            bits(origin.terminated);
            bits(origin.truncated);
        } catch (JsonProcessingException | NullPointerException | IllegalArgumentException e) {
            throw new UserError(
                    path
                            + ": expected the attribute '"
                            + ATTRIBUTE
                            + "' as cfcql data export writes it, found another; remove it",
                    e);
        }
        if (origin.schema > SCHEMA || origin.task == null) {
            throw new UserError(
                    "%s: expected the attribute '%s' of schema %d or older, found schema %d; update"
                                    .formatted(path, ATTRIBUTE, SCHEMA, origin.schema)
                            + " cfcql");
        }
        return origin;
    }

    /** Whether the ends of this many episodes are told. */
    boolean tellsEndsOf(int episodes) {
        return bits(terminated).length() == episodes + 1
                && bits(truncated).length() == episodes + 1;
    }

    /** Whether an episode ended by the task's rules. */
    BitSet terminatedEpisodes() {
        return bits(terminated);
    }

    /** Whether an episode was cut from outside. */
    BitSet truncatedEpisodes() {
        return bits(truncated);
    }

    private static BitSet bits(String text) {
        return BitSet.valueOf(Base64.getDecoder().decode(text));
    }
}
