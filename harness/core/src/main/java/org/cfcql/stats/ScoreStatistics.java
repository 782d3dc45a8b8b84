package org.cfcql.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.cfcql.random.SeedTree;

/**
 * All statistics of a {@link ScoreMatrix}.
 *
 * <p>Each algorithm and each pair has a random stream named after it, so leaving one out changes
 * nothing in the intervals of the others.
 *
 * @param matrix the scores
 * @param resamples size of the bootstrap
 * @param aggregates per algorithm each aggregate with its interval
 * @param profiles per algorithm the share of runs strictly above each of {@link #THRESHOLDS}
 * @param improvements per ordered pair the probability that the first beats the second
 * @param summaries per algorithm one summary per task
 * @param tests per unordered pair one line per task
 */
public record ScoreStatistics(
        ScoreMatrix matrix,
        int resamples,
        SortedMap<String, Map<Aggregate, Interval>> aggregates,
        SortedMap<String, List<Interval>> profiles,
        SortedMap<Pair, Interval> improvements,
        SortedMap<String, List<SampleSummary>> summaries,
        SortedMap<Pair, List<PairTest>> tests) {

    /** Thresholds of the performance profile: 0, 10, ..., 120. */
    public static final List<Double> THRESHOLDS =
            Stream.iterate(0.0, threshold -> threshold <= 120, threshold -> threshold + 10)
                    .toList();

    /** Two algorithms, sorted by the first, then the second. */
    public record Pair(String first, String second) implements Comparable<Pair> {
        @Override
        public int compareTo(Pair other) {
            int byFirst = first.compareTo(other.first);
            return byFirst != 0 ? byFirst : second.compareTo(other.second);
        }
    }

    /**
     * Tests of two algorithms on one task.
     *
     * @param holm Welch's p-value corrected over the tasks of the pair
     */
    public record PairTest(Comparison.Welch welch, double mannWhitney, double holm) {}

    /** Computes everything; the seed is that of the bootstrap. */
    public static ScoreStatistics of(ScoreMatrix matrix, int resamples, long seed) {
        SortedMap<String, List<SampleSummary>> summaries = new TreeMap<>();
        matrix.runs()
                .forEach(
                        (name, runs) ->
                                summaries.put(
                                        name, Arrays.stream(runs).map(SampleSummary::of).toList()));
        SortedMap<Pair, List<PairTest>> tests = new TreeMap<>();
        for (Pair pair : pairs(matrix)) {
            if (pair.first().compareTo(pair.second()) < 0) {
                tests.put(
                        pair,
                        tests(matrix.runs().get(pair.first()), matrix.runs().get(pair.second())));
            }
        }
        return new ScoreStatistics(
                matrix,
                resamples,
                aggregates(matrix, resamples, seed),
                profiles(matrix, resamples, seed),
                improvements(matrix, pairs(matrix), resamples, seed),
                summaries,
                tests);
    }

    /** Each aggregate with its interval, per algorithm. */
    public static SortedMap<String, Map<Aggregate, Interval>> aggregates(
            ScoreMatrix matrix, int resamples, long seed) {
        StratifiedBootstrap bootstrap = new StratifiedBootstrap(resamples);
        SeedTree seeds = seeds(seed);
        return each(
                matrix.runs().keySet(),
                name -> aggregates(bootstrap, matrix.runs().get(name), seeds.child(name)));
    }

    /** The interquartile mean with its interval, per algorithm. */
    public static SortedMap<String, Interval> interquartileMeans(
            ScoreMatrix matrix, int resamples, long seed) {
        StratifiedBootstrap bootstrap = new StratifiedBootstrap(resamples);
        SeedTree seeds = seeds(seed);
        return each(
                matrix.runs().keySet(),
                name ->
                        bootstrap
                                .intervals(
                                        matrix.runs().get(name),
                                        drawn ->
                                                new double[] {
                                                    Aggregate.INTERQUARTILE_MEAN.of(drawn)
                                                },
                                        seeds.child(name).child("interquartile mean").stream())
                                .get(0));
    }

    /** The share of runs strictly above each of {@link #THRESHOLDS}, per algorithm. */
    private static SortedMap<String, List<Interval>> profiles(
            ScoreMatrix matrix, int resamples, long seed) {
        return profiles(matrix, THRESHOLDS, resamples, seed);
    }

    /** The share of runs strictly above thresholds, per algorithm. */
    public static SortedMap<String, List<Interval>> profiles(
            ScoreMatrix matrix, List<Double> thresholds, int resamples, long seed) {
        StratifiedBootstrap bootstrap = new StratifiedBootstrap(resamples);
        double[] above = thresholds.stream().mapToDouble(threshold -> threshold).toArray();
        SeedTree seeds = seeds(seed);
        return each(
                matrix.runs().keySet(),
                name ->
                        bootstrap.intervals(
                                matrix.runs().get(name),
                                runs -> profile(runs, above),
                                seeds.child(name).child("profile").stream()));
    }

    /** The probability that the first of a pair beats the second, for the pairs asked for. */
    public static SortedMap<Pair, Interval> improvements(
            ScoreMatrix matrix, Collection<Pair> pairs, int resamples, long seed) {
        StratifiedBootstrap bootstrap = new StratifiedBootstrap(resamples);
        SeedTree seeds = seeds(seed);
        return each(
                pairs,
                pair ->
                        Comparison.improvement(
                                bootstrap,
                                matrix.runs().get(pair.first()),
                                matrix.runs().get(pair.second()),
                                seeds
                                        .child(pair.first())
                                        .child("over")
                                        .child(pair.second())
                                        .stream()));
    }

    /** Every ordered pair of two algorithms. */
    private static List<Pair> pairs(ScoreMatrix matrix) {
        List<Pair> pairs = new ArrayList<>();
        for (String first : matrix.runs().keySet()) {
            for (String second : matrix.runs().keySet()) {
                if (!first.equals(second)) {
                    pairs.add(new Pair(first, second));
                }
            }
        }
        return pairs;
    }

    private static SeedTree seeds(long seed) {
        return new SeedTree(seed).child("bootstrap");
    }

    /** On all cores: streams are named after what they are of, so the order changes nothing. */
    private static <K, V> SortedMap<K, V> each(Collection<K> keys, Function<K, V> statistic) {
        SortedMap<K, V> all = new TreeMap<>();
        keys.parallelStream()
                .map(key -> Map.entry(key, statistic.apply(key)))
                .toList()
                .forEach(entry -> all.put(entry.getKey(), entry.getValue()));
        return all;
    }

    private static Map<Aggregate, Interval> aggregates(
            StratifiedBootstrap bootstrap, double[][] runs, SeedTree seeds) {
        Aggregate[] all = Aggregate.values();
        List<Interval> intervals =
                bootstrap.intervals(
                        runs,
                        drawn ->
                                Arrays.stream(all)
                                        .mapToDouble(aggregate -> aggregate.of(drawn))
                                        .toArray(),
                        seeds.child("aggregates").stream());
        Map<Aggregate, Interval> byName = new EnumMap<>(Aggregate.class);
        for (Aggregate aggregate : all) {
            byName.put(aggregate, intervals.get(aggregate.ordinal()));
        }
        return byName;
    }

    /** Share of runs strictly above each threshold: mean over tasks of the share in the task. */
    private static double[] profile(double[][] runs, double[] thresholds) {
        double[] shares = new double[thresholds.length];
        for (double[] inTask : runs) {
            for (int index = 0; index < shares.length; index++) {
                int above = 0;
                for (double score : inTask) {
                    above += score > thresholds[index] ? 1 : 0;
                }
                shares[index] += above / (double) (inTask.length * runs.length);
            }
        }
        return shares;
    }

    private static List<PairTest> tests(double[][] ours, double[][] theirs) {
        List<Comparison.Welch> welch = new ArrayList<>();
        for (int task = 0; task < ours.length; task++) {
            welch.add(Comparison.welch(ours[task], theirs[task]));
        }
        double[] holm = Comparison.holm(welch.stream().mapToDouble(Comparison.Welch::p).toArray());
        List<PairTest> tests = new ArrayList<>();
        for (int task = 0; task < ours.length; task++) {
            double rank = Comparison.mannWhitney(ours[task], theirs[task]);
            tests.add(new PairTest(welch.get(task), rank, holm[task]));
        }
        return tests;
    }
}
