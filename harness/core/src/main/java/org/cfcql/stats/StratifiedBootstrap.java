package org.cfcql.stats;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.cfcql.error.OrderlyEnd;
import org.cfcql.random.RandomStream;
import org.hipparchus.stat.descriptive.rank.Percentile;

/**
 * Percentile bootstrap that resamples the runs of every task separately, with replacement.
 *
 * @param resamples number of resamples
 */
public record StratifiedBootstrap(int resamples) {
    /** Resamples used where nothing else is asked for. */
    public static final int DEFAULT_RESAMPLES = 20_000;

    /**
     * 95 % intervals of several statistics from the same resamples.
     *
     * @param strata {@code [stratum][run]}; a stratum is resampled from itself only
     * @param statistics maps resampled strata to numbers, always equally many; must keep no
     *     reference to its argument
     * @param stream where the resamples come from
     */
    public List<Interval> intervals(
            double[][] strata, Function<double[][], double[]> statistics, RandomStream stream) {
        double[] points = statistics.apply(strata);
        double[][] samples = new double[points.length][resamples];
        double[][] drawn = new double[strata.length][];
        for (int stratum = 0; stratum < strata.length; stratum++) {
            drawn[stratum] = new double[strata[stratum].length];
        }
        for (int resample = 0; resample < resamples; resample++) {
            OrderlyEnd.safePlace();
            resample(strata, drawn, stream);
            double[] values = statistics.apply(drawn);
            for (int index = 0; index < points.length; index++) {
                samples[index][resample] = values[index];
            }
        }
        List<Interval> intervals = new ArrayList<>();
        for (int index = 0; index < points.length; index++) {
            Percentile quantiles =
                    new Percentile().withEstimationType(Percentile.EstimationType.R_7);
            quantiles.setData(samples[index]);
            intervals.add(
                    new Interval(points[index], quantiles.evaluate(2.5), quantiles.evaluate(97.5)));
        }
        return intervals;
    }

    private static void resample(double[][] strata, double[][] drawn, RandomStream stream) {
        for (int stratum = 0; stratum < strata.length; stratum++) {
            double[] runs = strata[stratum];
            for (int index = 0; index < runs.length; index++) {
                drawn[stratum][index] = runs[stream.nextInt(runs.length)];
            }
        }
    }
}
