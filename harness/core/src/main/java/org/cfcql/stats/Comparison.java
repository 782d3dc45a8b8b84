package org.cfcql.stats;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.cfcql.random.RandomStream;
import org.hipparchus.stat.inference.MannWhitneyUTest;
import org.hipparchus.stat.inference.TTest;

/** Ways to compare two algorithms, as rliable 1.2 and SciPy define them. */
public final class Comparison {
    /** Above this size of both samples SciPy leaves the exact distribution of U. */
    private static final int LARGEST_EXACT_SAMPLE = 8;

    private Comparison() {}

    /**
     * Result of Welch's test.
     *
     * @param t statistic; not a number if undefined
     * @param p two-sided p-value; not a number if undefined
     */
    public record Welch(double t, double p) {}

    /**
     * Probability that a run of the first beats a run of the second: mean over tasks, ties count
     * one half.
     *
     * @param first {@code [task][run]}
     * @param second {@code [task][run]}, tasks as in {@code first}
     */
    public static double probabilityOfImprovement(double[][] first, double[][] second) {
        double sum = 0;
        for (int task = 0; task < first.length; task++) {
            double wins = 0;
            for (double ours : first[task]) {
                for (double theirs : second[task]) {
                    wins += ours > theirs ? 1 : ours == theirs ? 0.5 : 0;
                }
            }
            sum += wins / (first[task].length * (double) second[task].length);
        }
        return sum / first.length;
    }

    /**
     * The same with its interval; the runs of each side are resampled within their tasks.
     *
     * @param stream where the resamples come from
     */
    public static Interval improvement(
            StratifiedBootstrap bootstrap,
            double[][] first,
            double[][] second,
            RandomStream stream) {
        double[][] both =
                Stream.concat(Arrays.stream(first), Arrays.stream(second)).toArray(double[][]::new);
        int tasks = first.length;
        return bootstrap
                .intervals(
                        both,
                        drawn ->
                                new double[] {
                                    probabilityOfImprovement(
                                            Arrays.copyOfRange(drawn, 0, tasks),
                                            Arrays.copyOfRange(drawn, tasks, drawn.length))
                                },
                        stream)
                .get(0);
    }

    /** Welch's t-test; undefined below two runs or without any spread. */
    public static Welch welch(double[] first, double[] second) {
        boolean undefined =
                first.length < 2 || second.length < 2 || (constant(first) && constant(second));
        if (undefined) {
            return new Welch(Double.NaN, Double.NaN);
        }
        TTest test = new TTest();
        return new Welch(test.t(first, second), test.tTest(first, second));
    }

    /**
     * Two-sided p-value of the Mann-Whitney test with the rule of SciPy's default method: exact if
     * one sample has at most eight values and there are no ties, else the normal approximation with
     * corrections for ties and continuity.
     */
    public static double mannWhitney(double[] first, double[] second) {
        double[] all =
                IntStream.range(0, first.length + second.length)
                        .mapToDouble(i -> i < first.length ? first[i] : second[i - first.length])
                        .toArray();
        if (constant(all)) {
            return 1;
        }
        boolean ties = Arrays.stream(all).distinct().count() < all.length;
        boolean small = Math.min(first.length, second.length) <= LARGEST_EXACT_SAMPLE;
        return new MannWhitneyUTest().mannWhitneyUTest(first, second, small && !ties);
    }

    /**
     * Holm's step-down correction.
     *
     * @param pValues raw p-values; those that are not a number stay so and are not counted
     * @return adjusted p-values in the same order
     */
    public static double[] holm(double[] pValues) {
        List<Integer> ascending =
                IntStream.range(0, pValues.length)
                        .filter(index -> !Double.isNaN(pValues[index]))
                        .boxed()
                        .sorted(Comparator.comparingDouble(index -> pValues[index]))
                        .toList();
        double[] adjusted = new double[pValues.length];
        Arrays.fill(adjusted, Double.NaN);
        double largest = 0;
        for (int rank = 0; rank < ascending.size(); rank++) {
            int index = ascending.get(rank);
            largest = Math.max(largest, (ascending.size() - rank) * pValues[index]);
            adjusted[index] = Math.min(1, largest);
        }
        return adjusted;
    }

    private static boolean constant(double[] values) {
        return Arrays.stream(values).allMatch(value -> value == values[0]);
    }
}
