package org.cfcql.eval;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What came of one episode.
 *
 * @param episode index, from 0
 * @param seed seed it started from (unsigned)
 * @param score the paper's number of it: win or not for battles, else the return reduced as the
 *     environment's specification says
 * @param agentReturns undiscounted return of each agent; one value where the reward is the team's
 * @param length steps
 * @param info the environment's info numbers of the last step
 */
public record EpisodeResult(
        int episode,
        long seed,
        double score,
        double[] agentReturns,
        int length,
        SortedMap<String, Double> info) {
    /** Copies what could change. */
    public EpisodeResult {
        agentReturns = agentReturns.clone();
        info = Collections.unmodifiableSortedMap(new TreeMap<>(info));
    }
}
