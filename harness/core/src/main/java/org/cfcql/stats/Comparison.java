package org.cfcql.stats;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
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
        int tasks = first.length;
        double[][] both = new double[2 * tasks][];
        int ranks = 0;
        for (int task = 0; task < tasks; task++) {
            double[] distinct = distinct(first[task], second[task]);
            both[task] = ranks(first[task], distinct);
            both[tasks + task] = ranks(second[task], distinct);
            ranks = Math.max(ranks, distinct.length);
        }
        int[] counts = new int[ranks];
        return bootstrap
                .intervals(both, drawn -> new double[] {improvementOfRanks(drawn, counts)}, stream)
                .get(0);
    }

    /** The values of both, ascending, each once. */
    private static double[] distinct(double[] first, double[] second) {
        return DoubleStream.concat(Arrays.stream(first), Arrays.stream(second))
                .map(Comparison::withoutSignOfZero)
                .sorted()
                .distinct()
                .toArray();
    }

    private static double[] ranks(double[] values, double[] distinct) {
        return Arrays.stream(values)
                .map(value -> Arrays.binarySearch(distinct, withoutSignOfZero(value)))
                .toArray();
    }

    private static double withoutSignOfZero(double value) {
        return value + 0.0;
    }

    /**
     * The probability of improvement of ranks, first those of one side, then of the other: counts
     * of wins instead of a comparison of every pair. Wins are halves, so the sum is exact in any
     * order.
     */
    private static double improvementOfRanks(double[][] drawn, int[] counts) {
        int tasks = drawn.length / 2;
        double sum = 0;
        for (int task = 0; task < tasks; task++) {
            double[] ours = drawn[task];
            double[] theirs = drawn[tasks + task];
            Arrays.fill(counts, 0);
            for (double rank : ours) {
                counts[(int) rank]++;
            }
            // Twice the wins of ours over a value of this rank: all above it, half of its equals.
            int above = 2 * ours.length;
            for (int rank = 0; rank < counts.length; rank++) {
                int equal = counts[rank];
                counts[rank] = above - equal;
                above -= 2 * equal;
            }
            long wins = 0;
            for (double rank : theirs) {
                wins += counts[(int) rank];
            }
            sum += 0.5 * wins / (ours.length * (double) theirs.length);
        }
        return sum / tasks;
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
