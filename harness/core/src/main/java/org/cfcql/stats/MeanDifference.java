package org.cfcql.stats;

import org.hipparchus.distribution.continuous.TDistribution;
import org.hipparchus.stat.StatUtils;

/**
 * Difference of two means with its 95 % t interval and test, as SciPy's {@code ttest_rel} and
 * {@code ttest_ind(equal_var=False)} define them. What needs two runs and some spread is not a
 * number without them.
 *
 * @param mean mean of the second less mean of the first
 * @param low95 lower end of the interval
 * @param high95 upper end of the interval
 * @param t statistic
 * @param degreesOfFreedom of the t distribution
 * @param p two-sided p-value
 */
public record MeanDifference(
        double mean, double low95, double high95, double t, double degreesOfFreedom, double p) {
    private static final double UPPER_QUANTILE = 0.975;

    /** How exactly the quantile is found. */
    private static final double QUANTILE_ACCURACY = 1e-13;

    /**
     * Of values that belong together, by the differences of the pairs.
     *
     * @param first one value per pair
     * @param second their counterparts, in the same order
     */
    public static MeanDifference paired(double[] first, double[] second) {
        if (first.length != second.length) {
            throw new IllegalArgumentException(
                    "expected pairs, found " + first.length + " and " + second.length + " values");
        }
        double[] differences = new double[first.length];
        for (int pair = 0; pair < first.length; pair++) {
            differences[pair] = second[pair] - first[pair];
        }
        double variance = variance(differences);
        return of(
                StatUtils.mean(differences),
                Math.sqrt(variance / differences.length),
                differences.length - 1);
    }

    /** Of values that do not, with variances of their own (Welch). */
    public static MeanDifference independent(double[] first, double[] second) {
        double ours = variance(first) / first.length;
        double theirs = variance(second) / second.length;
        double both = ours + theirs;
        double degrees =
                both
                        * both
                        / (ours * ours / (first.length - 1)
                                + theirs * theirs / (second.length - 1));
        return of(StatUtils.mean(second) - StatUtils.mean(first), Math.sqrt(both), degrees);
    }

    /** Not a number for a single value. */
    private static double variance(double... values) {
        return values.length < 2 ? Double.NaN : StatUtils.variance(values);
    }

    private static MeanDifference of(double mean, double error, double degrees) {
        if (!(error > 0)) {
            return new MeanDifference(
                    mean, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
        }
        TDistribution distribution = new TDistribution(degrees, QUANTILE_ACCURACY);
        double t = mean / error;
        double width = error * distribution.inverseCumulativeProbability(UPPER_QUANTILE);
        double p = 2 * distribution.cumulativeProbability(-Math.abs(t));
        return new MeanDifference(mean, mean - width, mean + width, t, degrees, p);
    }
}
