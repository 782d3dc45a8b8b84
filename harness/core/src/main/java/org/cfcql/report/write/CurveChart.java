package org.cfcql.report.write;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import org.cfcql.report.model.References.Reference;
import org.cfcql.report.model.Section;
import org.cfcql.report.read.CurvePoint;
import org.cfcql.report.read.ReportedCell;

/**
 * The learning curves of a section as data for {@code report.js}: per line the seeds and their
 * mean.
 */
final class CurveChart {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private CurveChart() {}

    /** Of a section that has curves. */
    static ObjectNode of(String id, Section section) {
        DoubleUnaryOperator scale =
                section.reference()
                        .filter(Reference::hasPolicies)
                        .<DoubleUnaryOperator>map(reference -> reference::normalize)
                        .orElse(DoubleUnaryOperator.identity());
        ObjectNode chart = NODES.objectNode();
        chart.put("id", id);
        chart.put("xTitle", unit(section));
        chart.put("yTitle", section.scoreName());
        ArrayNode lines = chart.putArray("lines");
        boolean played = isPlayed(section);
        chart.put("metricsTitle", section.cells().get(0).lengthUnit());
        ToDoubleFunction<CurvePoint> place =
                played ? CurvePoint::environmentSteps : CurvePoint::round;
        ChartParts.labelled(section)
                .forEach((label, cells) -> lines.add(line(label, cells, scale, place)));
        chart.set("metrics", metrics(section));
        chart.set("levels", levels(section, scale));
        return chart;
    }

    /** What the horizontal axis of a section's curves counts. */
    static String unit(Section section) {
        return isPlayed(section) ? "environment steps" : section.cells().get(0).lengthUnit();
    }

    /** Whether all cells made their own data, so that curves stand over what that took. */
    private static boolean isPlayed(Section section) {
        return section.cells().stream()
                .flatMap(cell -> cell.curve().stream())
                .allMatch(point -> Double.isFinite(point.environmentSteps()));
    }

    private static ObjectNode line(
            String label,
            List<ReportedCell> cells,
            DoubleUnaryOperator scale,
            ToDoubleFunction<CurvePoint> place) {
        ObjectNode line = NODES.objectNode();
        line.put("name", label);
        ArrayNode seeds = line.putArray("seeds");
        SortedMap<Integer, List<Double>> byRound = new TreeMap<>();
        SortedMap<Integer, List<Double>> places = new TreeMap<>();
        for (ReportedCell cell : cells) {
            ObjectNode seed = seeds.addObject();
            seed.put("seed", cell.seed());
            ArrayNode x = seed.putArray("x");
            ArrayNode y = seed.putArray("y");
            for (CurvePoint point : cell.curve()) {
                double score = scale.applyAsDouble(point.score());
                x.add(place.applyAsDouble(point));
                y.add(score);
                byRound.computeIfAbsent(point.round(), key -> new ArrayList<>()).add(score);
                places.computeIfAbsent(point.round(), key -> new ArrayList<>())
                        .add(place.applyAsDouble(point));
            }
        }
        // A mean over fewer seeds than elsewhere would jump for no reason of learning.
        byRound.values().removeIf(scores -> scores.size() < cells.size());
        ObjectNode mean = line.putObject("mean");
        ArrayNode x = mean.putArray("x");
        ArrayNode y = mean.putArray("y");
        byRound.forEach(
                (round, scores) -> {
                    x.add(ChartParts.mean(places.get(round)));
                    y.add(ChartParts.mean(scores));
                });
        return line;
    }

    /** Per metric the seeds of every line; empty where nothing was logged. */
    private static ArrayNode metrics(Section section) {
        Map<String, List<ReportedCell>> lines = ChartParts.labelled(section);
        TreeSet<String> names = new TreeSet<>();
        lines.values()
                .forEach(cells -> cells.forEach(cell -> names.addAll(cell.metrics().keySet())));
        ArrayNode metrics = NODES.arrayNode();
        for (String name : names) {
            ObjectNode metric = metrics.addObject();
            metric.put("name", name);
            ArrayNode drawn = metric.putArray("lines");
            lines.forEach(
                    (label, cells) -> {
                        ObjectNode line = drawn.addObject();
                        line.put("name", label);
                        ArrayNode seeds = line.putArray("seeds");
                        cells.stream()
                                .filter(cell -> cell.metrics().containsKey(name))
                                .forEach(
                                        cell ->
                                                seeds.add(
                                                        ChartParts.seed(
                                                                cell, cell.metrics().get(name))));
                    });
        }
        return metrics;
    }

    private static ArrayNode levels(Section section, DoubleUnaryOperator scale) {
        ArrayNode levels = NODES.arrayNode();
        boolean policies = section.reference().map(Reference::hasPolicies).orElse(true);
        double mean = section.data().returns().mean();
        if (section.isBattle() && Double.isFinite(section.data().policyScore())) {
            ChartParts.add(levels, "policy of the data", section.data().policyScore());
        }
        if (policies && Double.isFinite(mean)) {
            ChartParts.add(levels, "data set mean", scale.applyAsDouble(mean));
        }
        section.reference()
                .filter(Reference::hasPolicies)
                .ifPresent(
                        reference -> {
                            ChartParts.add(
                                    levels, "random play", scale.applyAsDouble(reference.random()));
                            ChartParts.add(
                                    levels, "expert", scale.applyAsDouble(reference.expert()));
                        });
        return levels;
    }
}
