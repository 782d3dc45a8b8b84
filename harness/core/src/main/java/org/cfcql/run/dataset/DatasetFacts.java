package org.cfcql.run.dataset;

import java.util.Collections;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.learn.TaskShape;

/**
 * What a run needs to know of a data set, from its card.
 *
 * @param task sizes and names for the learner
 * @param options options of the environment it was made in
 * @param fingerprint fingerprint of that environment; empty where unknown
 * @param hash hash of its content
 * @param episodes number of episodes
 * @param transitions number of transitions
 * @param meanReturn mean return of an episode
 * @param stdReturn sample deviation of that return
 * @param consecutive whether the next row of a step is the next step, so that it holds the next
 *     actions
 * @param policyScore score of the stored policy that collected it, over the episodes of its own
 *     final evaluation; empty where unknown
 */
public record DatasetFacts(
        TaskShape task,
        SortedMap<String, String> options,
        String fingerprint,
        String hash,
        long episodes,
        long transitions,
        double meanReturn,
        double stdReturn,
        boolean consecutive,
        OptionalDouble policyScore) {
    /** Copies the map. */
    public DatasetFacts {
        options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
    }

    /** Data in the order of play without options, of which no policy's score is known. */
    public DatasetFacts(
            TaskShape task,
            String fingerprint,
            String hash,
            long episodes,
            long transitions,
            double meanReturn,
            double stdReturn) {
        this(
                task,
                new TreeMap<>(),
                fingerprint,
                hash,
                episodes,
                transitions,
                meanReturn,
                stdReturn,
                true,
                OptionalDouble.empty());
    }
}
