package org.cfcql.env;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which environment to open.
 *
 * @param id environment id, for example {@code mpe/simple_tag}
 * @param options options of that id, for example {@code prey}
 * @param environments number of environments in the vector
 */
public record EnvironmentRequest(String id, SortedMap<String, String> options, int environments) {
    /** Copies the options. */
    public EnvironmentRequest {
        options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
    }
}
