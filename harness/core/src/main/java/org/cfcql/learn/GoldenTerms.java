package org.cfcql.learn;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is peculiar to an algorithm's golden files (docs/golden-files.md); nothing by default. What
 * all files have in common is known to {@code org.cfcql.verify}.
 */
public interface GoldenTerms {
    /** Of an algorithm whose files have no peculiarities. */
    GoldenTerms NONE = new GoldenTerms() {};

    /** Keys that mean another setting here than elsewhere. */
    default List<GoldenKey> keys() {
        return List.of();
    }

    /** Settings that no other algorithm has and that a file may call by their own name. */
    default Set<String> ownSettings() {
        return Set.of();
    }

    /** Options of the published code that are decided by the algorithm's id, with their values. */
    default Map<String, String> facts(Branch branch) {
        return Map.of();
    }

    /**
     * What the published code does where a file need not say it.
     *
     * @param said what the file's configuration and arrays say
     */
    default Map<String, Object> published(Branch branch, Map<String, Object> said) {
        return Map.of();
    }

    /**
     * Parameters ({@code network/name}) whose true gradient is zero, so that Adam makes steps of
     * rounding: they are not compared after an update.
     */
    default Set<String> rounding() {
        return Set.of();
    }

    /**
     * Whether a file that names another algorithm holds this model, which is trained beside it,
     * alone.
     *
     * @param algorithm id with branch that the file names
     * @param networks names of the networks that the file starts from
     */
    default boolean holds(String algorithm, Set<String> networks) {
        return false;
    }
}
