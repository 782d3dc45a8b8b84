package org.cfcql.learn;

import java.util.List;

/**
 * What tables must know of an algorithm that was published.
 *
 * @param names its names in the tables of the paper, where they are not its id in capitals
 * @param forms keys that tell its published forms apart, in the order in which tables print them:
 *     where paper and published code differ, or several forms are published (docs/deviations.md)
 */
public record Publication(List<String> names, List<String> forms) {
    /** Of an algorithm with one form, whose name is its id. */
    public static final Publication NONE = new Publication(List.of(), List.of());

    /** Copies the lists. */
    public Publication {
        names = List.copyOf(names);
        forms = List.copyOf(forms);
    }
}
