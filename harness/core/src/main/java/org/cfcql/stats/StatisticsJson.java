package org.cfcql.stats;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The JSON of {@code cfcql stats --json}; what is undefined becomes {@code null}. */
public final class StatisticsJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private StatisticsJson() {}

    /** The whole document, its keys in a fixed order. */
    public static ObjectNode of(ScoreStatistics statistics) {
        ObjectNode root = NODES.objectNode();
        root.put("source", "cfcql stats; stratified percentile bootstrap");
        root.put("track", statistics.matrix().track());
        root.put("gamma_optimality_gap", Aggregate.OPTIMUM);
        ObjectNode aggregates = root.putObject("aggregates");
        statistics
                .aggregates()
                .forEach(
                        (name, byName) -> {
                            ObjectNode node = aggregates.putObject(name);
                            byName.forEach((key, value) -> node.set(key.key(), interval(value)));
                        });
        root.put("bootstrap_reps", statistics.resamples());
        ObjectNode profiles = root.putObject("performance_profile");
        profiles.set("tau", numbers(ScoreStatistics.THRESHOLDS, Double::doubleValue));
        statistics
                .profiles()
                .forEach(
                        (name, shares) -> {
                            ObjectNode node = profiles.putObject(name);
                            node.set("point", numbers(shares, Interval::point));
                            node.set("low95", numbers(shares, Interval::low95));
                            node.set("high95", numbers(shares, Interval::high95));
                        });
        ObjectNode improvements = root.putObject("probability_of_improvement");
        statistics
                .improvements()
                .forEach(
                        (pair, value) ->
                                improvements.set(
                                        pair.first() + "," + pair.second(), interval(value)));
        root.set("per_task", perTask(statistics));
        addTests(root, statistics);
        return root;
    }

    private static ObjectNode perTask(ScoreStatistics statistics) {
        List<String> tasks = statistics.matrix().tasks();
        ObjectNode root = NODES.objectNode();
        statistics
                .summaries()
                .forEach(
                        (name, summaries) -> {
                            ObjectNode byTask = root.putObject(name);
                            for (int task = 0; task < tasks.size(); task++) {
                                SampleSummary summary = summaries.get(task);
                                ObjectNode node = byTask.putObject(tasks.get(task));
                                put(node, "mean", summary.mean());
                                put(node, "std_sample", summary.sampleDeviation());
                                put(node, "std_population", summary.populationDeviation());
                                put(node, "median", summary.median());
                                put(node, "iqm", summary.interquartileMean());
                            }
                        });
        return root;
    }

    private static void addTests(ObjectNode root, ScoreStatistics statistics) {
        List<String> tasks = statistics.matrix().tasks();
        ObjectNode welch = root.putObject("welch_t_two_sided");
        ObjectNode mannWhitney = root.putObject("mann_whitney_two_sided");
        ObjectNode holm = root.putObject("holm_of_welch");
        statistics
                .tests()
                .forEach(
                        (pair, tests) -> {
                            for (int task = 0; task < tasks.size(); task++) {
                                String key =
                                        pair.first() + "," + pair.second() + "," + tasks.get(task);
                                ScoreStatistics.PairTest test = tests.get(task);
                                ObjectNode node = welch.putObject(key);
                                put(node, "t", test.welch().t());
                                put(node, "p", test.welch().p());
                                put(mannWhitney, key, test.mannWhitney());
                                put(holm, key, test.holm());
                            }
                        });
    }

    private static ObjectNode interval(Interval interval) {
        ObjectNode node = NODES.objectNode();
        put(node, "point", interval.point());
        put(node, "low95", interval.low95());
        put(node, "high95", interval.high95());
        return node;
    }

    private static <T> ArrayNode numbers(List<T> values, ToDoubleFunction<T> number) {
        ArrayNode node = NODES.arrayNode();
        values.forEach(value -> node.add(number.applyAsDouble(value)));
        return node;
    }

    private static void put(ObjectNode node, String key, double value) {
        if (Double.isFinite(value)) {
            node.put(key, value);
        } else {
            node.putNull(key);
        }
    }
}
