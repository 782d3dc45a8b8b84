package org.cfcql.data;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a data set was made.
 *
 * @param by {@code collect}, {@code import} or the name of an online algorithm
 * @param policy {@code uniform}, the stored policy and its hash, or where imported data came from
 * @param noise standard deviation of the exploration noise added to actions
 * @param seed root of all random numbers, as unsigned decimal text; empty for imported data
 * @param command the command line, word by word
 * @param harnessVersion version of the harness
 * @param notes anything else a reader needs, by name
 */
public record Provenance(
        String by,
        String policy,
        double noise,
        String seed,
        List<String> command,
        String harnessVersion,
        SortedMap<String, String> notes) {
    /** Copies the collections. */
    public Provenance {
        command = List.copyOf(command);
        notes = Collections.unmodifiableSortedMap(new TreeMap<>(notes));
    }
}
