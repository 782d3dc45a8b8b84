package org.cfcql.report.read;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One metric of one cell over its rounds, thinned out for a plot.
 *
 * @param rounds last round of each bin
 * @param values mean of the metric in each bin
 */
public record Series(List<Integer> rounds, List<Double> values) {
    /** Points that a plot of a page's width can show. */
    private static final int BINS = 200;

    /** Copies the lists. */
    public Series {
        rounds = List.copyOf(rounds);
        values = List.copyOf(values);
    }

    /** Every number in the lines of {@code metrics.jsonl} but the counters. */
    static SortedMap<String, Series> of(List<JsonNode> lines) {
        List<JsonNode> training = lines.stream().filter(line -> line.has("round")).toList();
        int width = Math.max(1, (training.size() + BINS - 1) / BINS);
        SortedMap<String, Series> series = new TreeMap<>();
        List<String> counters = List.of("round", "criticSteps", "actorSteps", "batches");
        training.stream()
                .limit(1)
                .forEach(
                        first ->
                                first.fieldNames()
                                        .forEachRemaining(
                                                name -> {
                                                    if (!counters.contains(name)) {
                                                        series.put(
                                                                name,
                                                                binned(training, name, width));
                                                    }
                                                }));
        return series;
    }

    private static Series binned(List<JsonNode> lines, String name, int width) {
        List<Integer> rounds = new ArrayList<>();
        List<Double> values = new ArrayList<>();
        for (int start = 0; start < lines.size(); start += width) {
            List<JsonNode> bin = lines.subList(start, Math.min(start + width, lines.size()));
            bin.stream()
                    .mapToDouble(line -> line.path(name).asDouble(Double.NaN))
                    .filter(Double::isFinite)
                    .average()
                    .ifPresent(
                            mean -> {
                                rounds.add(bin.get(bin.size() - 1).path("round").asInt());
                                values.add(mean);
                            });
        }
        return new Series(rounds, values);
    }
}
