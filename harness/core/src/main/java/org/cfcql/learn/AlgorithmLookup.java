package org.cfcql.learn;

import java.util.Map;
import java.util.function.Function;

/** Finds an algorithm. */
public interface AlgorithmLookup {
    /**
     * The algorithm that an experiment means.
     *
     * @param id its name there
     * @param settings its keys there, dotted; the values of a sweep as lists
     * @throws org.cfcql.error.UserError for an unknown one
     */
    Algorithm find(String id, Map<String, ?> settings);

    /** A lookup that asks the id only. */
    static AlgorithmLookup byId(Function<String, Algorithm> algorithms) {
        return (id, settings) -> algorithms.apply(id);
    }
}
