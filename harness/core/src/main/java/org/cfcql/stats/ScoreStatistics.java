package org.cfcql.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
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
        SeedTree seeds = new SeedTree(seed).child("bootstrap");
        StratifiedBootstrap bootstrap = new StratifiedBootstrap(resamples);
        SortedMap<String, Map<Aggregate, Interval>> aggregates = new TreeMap<>();
        SortedMap<String, List<Interval>> profiles = new TreeMap<>();
        SortedMap<String, List<SampleSummary>> summaries = new TreeMap<>();
        SortedMap<Pair, Interval> improvements = new TreeMap<>();
        SortedMap<Pair, List<PairTest>> tests = new TreeMap<>();
        matrix.runs()
                .forEach(
                        (name, runs) -> {
                            SeedTree own = seeds.child(name);
                            aggregates.put(name, aggregates(bootstrap, runs, own));
                            profiles.put(
                                    name,
                                    bootstrap.intervals(
                                            runs,
                                            ScoreStatistics::profile,
                                            own.child("profile").stream()));
                            summaries.put(
                                    name, Arrays.stream(runs).map(SampleSummary::of).toList());
                        });
        for (String first : matrix.runs().keySet()) {
            for (String second : matrix.runs().keySet()) {
                Pair pair = new Pair(first, second);
                double[][] ours = matrix.runs().get(first);
                double[][] theirs = matrix.runs().get(second);
                if (!first.equals(second)) {
                    SeedTree own = seeds.child(first).child("over").child(second);
                    improvements.put(
                            pair, Comparison.improvement(bootstrap, ours, theirs, own.stream()));
                }
                if (first.compareTo(second) < 0) {
                    tests.put(pair, tests(ours, theirs));
                }
            }
        }
        return new ScoreStatistics(
                matrix, resamples, aggregates, profiles, improvements, summaries, tests);
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
    private static double[] profile(double[][] runs) {
        double[] shares = new double[THRESHOLDS.size()];
        for (double[] inTask : runs) {
            for (int index = 0; index < shares.length; index++) {
                double threshold = THRESHOLDS.get(index);
                long above = Arrays.stream(inTask).filter(score -> score > threshold).count();
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
