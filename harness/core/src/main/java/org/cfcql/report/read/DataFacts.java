package org.cfcql.report.read;

/**
 * The data set of a cell.
 *
 * @param name short name
 * @param kind {@code random}, {@code medium-replay}, {@code medium}, {@code expert} or other
 * @param hash hash of its content
 * @param episodes number of episodes; 0 where unknown
 * @param transitions number of transitions; 0 where unknown
 * @param returns mean and deviation of episode returns; not numbers where unknown
 * @param policyScore score of the policy that collected it, in its own final evaluation; not a
 *     number where unknown
 */
public record DataFacts(
        String name,
        String kind,
        String hash,
        long episodes,
        long transitions,
        Spread returns,
        double policyScore) {}
