package org.cfcql.report.tables;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.cfcql.report.read.CurvePoint;
import org.cfcql.report.read.ReportedCell;
import org.cfcql.stats.Interval;
import org.cfcql.stats.ScoreMatrix;
import org.cfcql.stats.ScoreStatistics;
import org.cfcql.stats.ScoreStatistics.Pair;

/**
 * What the pictures of a group of tasks show; lines are in the order of their interquartile means,
 * the best first.
 *
 * @param group the runs
 * @param interquartileMeans per line
 * @param thresholds of the profiles
 * @param profiles per line the share of runs above each threshold
 * @param improvements probability that the first beats the second, every pair once; empty for more
 *     lines than {@link #MOST_PAIRED_LINES}
 * @param ranks per line its rank on every task by mean score, 1 the best
 * @param budget per line the interquartile mean at every tenth of its rounds; lines without
 *     evaluations along the way are missing
 * @param means per line mean over tasks of the final, the tail and the best score
 * @param tried per algorithm the expected best score of 1, 2, ... of its policies
 */
public record Pictures(
        TaskGroup group,
        Map<String, Interval> interquartileMeans,
        List<Double> thresholds,
        Map<String, List<Interval>> profiles,
        SortedMap<Pair, Interval> improvements,
        Map<String, List<Double>> ranks,
        Map<String, List<Interval>> budget,
        Map<String, Means> means,
        Map<String, List<Double>> tried) {

    /** More lines than a matrix of a page's width can hold are not compared in pairs. */
    public static final int MOST_PAIRED_LINES = 24;

    /** Resamples of a bootstrap whose interval is drawn, not printed. */
    public static final int RESAMPLES = 2_000;

    /** Parts of the budget at which scores are drawn. */
    public static final int PARTS = 10;

    /** Final, tail and best score. */
    public record Means(double last, double tail, double best) {}

    /** Computes what is drawn of a group. */
    public static Pictures of(TaskGroup group) {
        ScoreMatrix scores = matrix(group, group.runs(), Pictures::finalScore);
        SortedMap<String, Interval> unordered =
                ScoreStatistics.interquartileMeans(scores, RESAMPLES, 0);
        List<String> lines = new ArrayList<>(unordered.keySet());
        lines.sort(Comparator.comparingDouble(line -> -unordered.get(line).point()));
        List<Double> thresholds = thresholds(group, scores);
        return new Pictures(
                group,
                ordered(lines, unordered),
                thresholds,
                ordered(lines, ScoreStatistics.profiles(scores, thresholds, RESAMPLES, 0)),
                improvements(lines, scores),
                ordered(lines, ranks(scores)),
                ordered(lines, budget(group)),
                ordered(lines, means(group)),
                tried(group));
    }

    private static <V> Map<String, V> ordered(List<String> lines, Map<String, V> values) {
        Map<String, V> ordered = new LinkedHashMap<>();
        lines.stream()
                .filter(values::containsKey)
                .forEach(line -> ordered.put(line, values.get(line)));
        return ordered;
    }

    private static double finalScore(ReportedCell cell) {
        return cell.outcome().orElseThrow().score();
    }

    private static ScoreMatrix matrix(
            TaskGroup group,
            Map<String, List<List<ReportedCell>>> runs,
            ToDoubleFunction<ReportedCell> number) {
        TreeMap<String, double[][]> scores = new TreeMap<>();
        runs.forEach(
                (line, byTask) ->
                        scores.put(
                                line,
                                IntStream.range(0, byTask.size())
                                        .mapToObj(
                                                task ->
                                                        byTask.get(task).stream()
                                                                .mapToDouble(number)
                                                                .map(group.scales().get(task))
                                                                .toArray())
                                        .toArray(double[][]::new)));
        return new ScoreMatrix(group.title(), group.tasks(), scores);
    }

    /** Those of normalised scores; else as many between the lowest and the highest score. */
    private static List<Double> thresholds(TaskGroup group, ScoreMatrix scores) {
        if (group.scoreName().startsWith("normalised")) {
            return ScoreStatistics.THRESHOLDS;
        }
        double[] all =
                scores.runs().values().stream()
                        .flatMap(Arrays::stream)
                        .flatMapToDouble(Arrays::stream)
                        .toArray();
        double low = DoubleStream.of(all).min().orElse(0);
        double high = DoubleStream.of(all).max().orElse(0);
        int last = ScoreStatistics.THRESHOLDS.size() - 1;
        return IntStream.rangeClosed(0, last)
                .mapToObj(index -> low + (high - low) * index / last)
                .toList();
    }

    private static SortedMap<Pair, Interval> improvements(List<String> lines, ScoreMatrix scores) {
        List<Pair> pairs = new ArrayList<>();
        if (lines.size() <= MOST_PAIRED_LINES) {
            for (String first : lines) {
                for (String second : lines) {
                    if (first.compareTo(second) < 0) {
                        pairs.add(new Pair(first, second));
                    }
                }
            }
        }
        return ScoreStatistics.improvements(scores, pairs, RESAMPLES, 0);
    }

    /** Equal means share the mean of their ranks. */
    private static Map<String, List<Double>> ranks(ScoreMatrix scores) {
        Map<String, List<Double>> ranks = new TreeMap<>();
        for (int task = 0; task < scores.tasks().size(); task++) {
            Map<String, Double> means = new TreeMap<>();
            int at = task;
            scores.runs()
                    .forEach(
                            (line, byTask) ->
                                    means.put(
                                            line, DoubleStream.of(byTask[at]).average().orElse(0)));
            means.forEach(
                    (line, mean) -> {
                        long above = means.values().stream().filter(other -> other > mean).count();
                        long equal =
                                means.values().stream().filter(other -> other.equals(mean)).count();
                        ranks.computeIfAbsent(line, name -> new ArrayList<>())
                                .add(above + (equal + 1) / 2.0);
                    });
        }
        return ranks;
    }

    private static Map<String, List<Interval>> budget(TaskGroup group) {
        Map<String, List<List<ReportedCell>>> evaluated = new TreeMap<>(group.runs());
        evaluated
                .values()
                .removeIf(
                        byTask ->
                                byTask.stream()
                                        .flatMap(List::stream)
                                        .anyMatch(cell -> cell.curve().size() < 2));
        Map<String, List<Interval>> budget = new TreeMap<>();
        for (int part = 0; part <= PARTS; part++) {
            double share = part / (double) PARTS;
            ScoreMatrix scores = matrix(group, evaluated, cell -> at(share, cell));
            ScoreStatistics.interquartileMeans(scores, RESAMPLES, part)
                    .forEach(
                            (line, interval) ->
                                    budget.computeIfAbsent(line, name -> new ArrayList<>())
                                            .add(interval));
        }
        return budget;
    }

    /** The latest evaluation that a share of the rounds had seen. */
    private static double at(double share, ReportedCell cell) {
        double score = cell.curve().get(0).score();
        for (CurvePoint point : cell.curve()) {
            if (point.round() <= share * cell.rounds() && (!point.last() || share == 1)) {
                score = point.score();
            }
        }
        return score;
    }

    private static Map<String, Means> means(TaskGroup group) {
        Map<String, Means> means = new TreeMap<>();
        SortedMap<String, double[][]> last =
                matrix(group, group.runs(), Pictures::finalScore).runs();
        SortedMap<String, double[][]> tail =
                matrix(group, group.runs(), cell -> cell.outcome().orElseThrow().tail().mean())
                        .runs();
        SortedMap<String, double[][]> best =
                matrix(group, group.runs(), cell -> cell.outcome().orElseThrow().best()).runs();
        last.forEach(
                (line, scores) ->
                        means.put(
                                line,
                                new Means(
                                        overTasks(scores),
                                        overTasks(tail.get(line)),
                                        overTasks(best.get(line)))));
        return means;
    }

    private static double overTasks(double[][] scores) {
        return Arrays.stream(scores)
                .mapToDouble(inTask -> DoubleStream.of(inTask).average().orElse(Double.NaN))
                .average()
                .orElse(Double.NaN);
    }

    private static Map<String, List<Double>> tried(TaskGroup group) {
        Map<String, List<Double>> tried = new LinkedHashMap<>();
        matrix(group, group.tried(), Pictures::finalScore)
                .runs()
                .forEach(
                        (algorithm, scores) -> {
                            int most =
                                    Arrays.stream(scores)
                                            .mapToInt(runs -> runs.length)
                                            .min()
                                            .orElse(0);
                            tried.put(
                                    algorithm,
                                    IntStream.rangeClosed(1, most)
                                            .mapToObj(count -> expectedBest(scores, count))
                                            .toList());
                        });
        return tried;
    }

    private static double expectedBest(double[][] scores, int count) {
        return Arrays.stream(scores)
                .mapToDouble(runs -> expectedBest(runs, count))
                .average()
                .orElse(Double.NaN);
    }

    /** Mean of the largest value over all ways to take {@code count} of the values. */
    static double expectedBest(double[] values, int count) {
        double[] descending =
                Arrays.stream(values).map(value -> -value).sorted().map(value -> -value).toArray();
        double expected = 0;
        // Probability that none of the larger values is among those taken.
        double none = 1;
        for (int index = 0; index <= values.length - count; index++) {
            double left = values.length - index;
            expected += none * count / left * descending[index];
            none *= (left - count) / left;
        }
        return expected;
    }
}
