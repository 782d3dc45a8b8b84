package org.cfcql.learn;

import java.util.List;

/** An algorithm of the benchmark, found through {@link java.util.ServiceLoader}. */
public interface Algorithm {
    /** Stable id, for example {@code cfcql} or {@code td3-bc}. */
    String id();

    /** One line for tables and listings. */
    String title();

    /** What it can do and needs. */
    Capabilities capabilities();

    /**
     * Reads the keys of an experiment, all of them and only here, and says what follows from them.
     * The task's {@link TaskShape#branch() branch} is one that the algorithm is capable of.
     *
     * @param settings the algorithm's keys of the experiment; one that is not read is refused
     * @throws org.cfcql.error.UserError for a value out of range, a key without effect beside the
     *     others, a task that the algorithm is not defined for
     */
    ConfiguredAlgorithm configure(TaskShape task, Settings settings, Track track);

    /**
     * Whether this is a model that is only ever trained beside an algorithm. It can be verified by
     * its id, but experiments cannot name it.
     */
    default boolean auxiliary() {
        return false;
    }

    /** Names by which other projects know it in one of its forms. */
    default List<KnownName> knownNames() {
        return List.of();
    }

    /** What tables must know of it. */
    default Publication publication() {
        return Publication.NONE;
    }

    /** What is peculiar to its golden files. */
    default GoldenTerms golden() {
        return GoldenTerms.NONE;
    }
}
