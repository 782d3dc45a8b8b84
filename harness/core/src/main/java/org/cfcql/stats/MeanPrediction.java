package org.cfcql.stats;

import org.hipparchus.distribution.continuous.TDistribution;
import org.hipparchus.stat.StatUtils;

/**
 * Where the mean of m further runs of the same kind lies, from k reference runs: (c̄ − r̄) /
 * (s·√(1/k + 1/m)) follows Student's t with k − 1 degrees of freedom, s being the reference's
 * deviation. The further runs' own spread is not used, because it may be what is wrong with them.
 *
 * @param mean r̄
 * @param deviation s, or the least that is believed where the reference's own is smaller
 * @param reference k, at least two
 * @param further m, at least one
 * @param inflation by how much the error is larger than √(1/k + 1/m) says; 1 for plain scores
 */
public record MeanPrediction(
        double mean, double deviation, int reference, int further, double inflation) {
    /** How exactly the quantile is found. */
    private static final double QUANTILE_ACCURACY = 1e-13;

    /** From the scores of the reference. */
    public static MeanPrediction of(double[] reference, int further, double leastDeviation) {
        return new MeanPrediction(
                StatUtils.mean(reference),
                Math.max(leastDeviation, Math.sqrt(StatUtils.variance(reference))),
                reference.length,
                further,
                1);
    }

    /** The same with an error that is so many times larger. */
    public MeanPrediction inflated(double times) {
        return new MeanPrediction(mean, deviation, reference, further, inflation * times);
    }

    /** Standard error of the difference of the two means. */
    public double error() {
        return inflation * deviation * Math.sqrt(1.0 / reference + 1.0 / further);
    }

    /** Half the width of the interval that holds the mean with this probability. */
    public double halfWidth(double probability) {
        return error() * distribution().inverseCumulativeProbability((1 + probability) / 2);
    }

    /** Two-sided p-value of a mean; without any spread 1 or 0, whether it is the same or not. */
    public double p(double found) {
        if (error() == 0) {
            return found == mean ? 1 : 0;
        }
        return 2 * distribution().cumulativeProbability(-Math.abs(found - mean) / error());
    }

    private TDistribution distribution() {
        return new TDistribution(reference - 1.0, QUANTILE_ACCURACY);
    }
}
