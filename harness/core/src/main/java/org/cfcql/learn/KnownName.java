package org.cfcql.learn;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A name by which another project knows an algorithm in one of its forms. An experiment may use it;
 * results are stored under the algorithm's id with the switches spelt out.
 *
 * @param name in small letters; one that several algorithms have is refused, naming them all
 * @param branch the branch that the other project's algorithm is of
 * @param switches keys of the algorithm that make it that form; an experiment may set others
 * @param difference what is not the same, in one clause
 */
public record KnownName(
        String name, Branch branch, SortedMap<String, Object> switches, String difference) {
    /** Copies the switches. */
    public KnownName {
        switches = Collections.unmodifiableSortedMap(new TreeMap<>(switches));
    }

    /** From keys in any order. */
    public KnownName(String name, Branch branch, Map<String, Object> switches, String difference) {
        this(name, branch, new TreeMap<>(switches), difference);
    }
}
