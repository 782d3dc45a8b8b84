package org.cfcql.data;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a data set is, how it was made and what its files must hash to.
 *
 * @param schema version of this card's form
 * @param kind {@code random}, {@code medium-replay}, {@code medium}, {@code expert} or another name
 * @param task the environment
 * @param episodes number of episodes
 * @param transitions number of steps taken
 * @param rows rows of the arrays: transitions plus one per episode
 * @param returns undiscounted returns under the task's reduction
 * @param fields the arrays
 * @param hash hash of all arrays together; does not depend on how the data were collected
 * @param made how the data set was made
 */
public record DatasetCard(
        int schema,
        String kind,
        TaskCard task,
        int episodes,
        long transitions,
        long rows,
        ReturnStatistics returns,
        Map<DatasetField, FieldCard> fields,
        String hash,
        Provenance made) {
    /** The form of data whose cut episodes have no more said of them than that they were cut. */
    public static final int SCHEMA = 1;

    /** The form of data with other marks of {@link Cut}; the newest that this version reads. */
    public static final int MARKED_SCHEMA = 2;

    /** Name of the card's file. */
    public static final String FILE_NAME = "card.json";

    /** Copies the fields in the order of the enumeration. */
    public DatasetCard {
        Map<DatasetField, FieldCard> ordered = new EnumMap<>(DatasetField.class);
        ordered.putAll(fields);
        fields = Collections.unmodifiableMap(ordered);
    }

    /** Whether next observations are stored apart from the rows. */
    public boolean separateNext() {
        return fields.containsKey(DatasetField.NEXT_OBSERVATIONS);
    }
}
