package org.cfcql.stats;

import java.util.Arrays;
import org.hipparchus.stat.StatUtils;

/**
 * Location and spread of one sample.
 *
 * @param mean arithmetic mean
 * @param sampleDeviation square root of the sum of squares over N - 1; not a number for N = 1
 * @param populationDeviation square root of the sum of squares over N
 * @param median middle value, mean of the two middle ones for even N
 * @param interquartileMean mean without the floor(N / 4) smallest and largest values
 */
public record SampleSummary(
        double mean,
        double sampleDeviation,
        double populationDeviation,
        double median,
        double interquartileMean) {

    /** Summarises at least one number. */
    public static SampleSummary of(double... values) {
        double deviation = values.length > 1 ? Math.sqrt(StatUtils.variance(values)) : Double.NaN;
        return new SampleSummary(
                StatUtils.mean(values),
                deviation,
                Math.sqrt(StatUtils.populationVariance(values)),
                StatUtils.percentile(values, 50),
                interquartileMean(values.clone()));
    }

    /** Mean without the floor(N / 4) smallest and largest values; sorts {@code values} in place. */
    static double interquartileMean(double[] values) {
        Arrays.sort(values);
        int cut = values.length / 4;
        double sum = 0;
        for (int index = cut; index < values.length - cut; index++) {
            sum += values[index];
        }
        return sum / (values.length - 2 * cut);
    }
}
