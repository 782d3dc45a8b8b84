package org.cfcql.report.compare;

import java.util.Arrays;
import java.util.List;
import org.cfcql.stats.Comparison;
import org.cfcql.stats.MeanDifference;
import org.cfcql.stats.SampleSummary;

/**
 * One cell, compared.
 *
 * @param name what it is called
 * @param paired whether seeds were compared with the same seeds, whose episodes start alike
 * @param firstSeeds seeds of the first side that were compared
 * @param secondSeeds seeds of the second side that were compared
 * @param first scores of the first side
 * @param second scores of the second side
 * @param difference second less first, with its interval and test
 * @param holm the test's p-value corrected over all cells; not a number where undefined
 * @param improvement probability that a run of the second beats one of the first
 * @param identical whether all scores are the same numbers
 * @param differing conditions in which the sides differ
 */
public record CellComparison(
        CellName name,
        boolean paired,
        List<Long> firstSeeds,
        List<Long> secondSeeds,
        SampleSummary first,
        SampleSummary second,
        MeanDifference difference,
        double holm,
        double improvement,
        boolean identical,
        List<Condition> differing) {
    /** Level of the tests over all cells. */
    public static final double LEVEL = 0.05;

    static CellComparison of(Pairing pair, double holm) {
        double[] first = Pairing.scores(pair.first());
        double[] second = Pairing.scores(pair.second());
        boolean sameSeeds = pair.first().keySet().equals(pair.second().keySet());
        return new CellComparison(
                pair.name(),
                pair.seedsBelongTogether(),
                List.copyOf(pair.first().keySet()),
                List.copyOf(pair.second().keySet()),
                SampleSummary.of(first),
                SampleSummary.of(second),
                difference(pair),
                holm,
                Comparison.probabilityOfImprovement(
                        new double[][] {second}, new double[][] {first}),
                sameSeeds && Arrays.equals(first, second),
                List.copyOf(pair.differing()));
    }

    static MeanDifference difference(Pairing pair) {
        double[] first = Pairing.scores(pair.first());
        double[] second = Pairing.scores(pair.second());
        return pair.seedsBelongTogether()
                ? MeanDifference.paired(first, second)
                : MeanDifference.independent(first, second);
    }

    /** What the test shows, in a word; one run, or values without spread, cannot be tested. */
    public String verdict() {
        if (identical) {
            return "identical";
        }
        if (Double.isNaN(holm)) {
            return "not testable";
        }
        if (holm >= LEVEL) {
            return "no difference shown";
        }
        return difference.mean() > 0 ? "higher" : "lower";
    }
}
