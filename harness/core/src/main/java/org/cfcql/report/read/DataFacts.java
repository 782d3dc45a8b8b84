package org.cfcql.report.read;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
        double policyScore) {
    /** What the data of several seeds have in common: the mean of their mean returns. */
    public static DataFacts ofSeveral(List<ReportedCell> cells) {
        Map<String, Double> means = new TreeMap<>();
        cells.forEach(cell -> means.put(cell.data().hash(), cell.data().returns().mean()));
        double mean = means.values().stream().mapToDouble(v -> v).average().orElse(Double.NaN);
        DataFacts first = cells.get(0).data();
        return new DataFacts(
                first.name, first.kind, "", 0, 0, new Spread(mean, Double.NaN), Double.NaN);
    }
}
