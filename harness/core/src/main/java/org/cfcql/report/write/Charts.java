package org.cfcql.report.write;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import org.cfcql.report.model.References.Reference;
import org.cfcql.report.model.Report;
import org.cfcql.report.model.ScoreLine;
import org.cfcql.report.model.Section;
import org.cfcql.report.read.CurvePoint;
import org.cfcql.report.read.ReportedCell;
import org.cfcql.report.read.Series;
import org.cfcql.report.tables.Figure;
import org.cfcql.report.tables.Figures;
import org.cfcql.report.tables.ValueCurves;
import org.hipparchus.stat.StatUtils;

/** Charts as data for {@code report.js}: learning curves, per line the seeds and their mean. */
final class Charts {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** What a plot can show; keeps pages small. */
    private static final MathContext FOUR_DIGITS = new MathContext(4);

    private Charts() {}

    /** One chart per section that has curves, in the order of the sections. */
    static ArrayNode of(Report report) {
        ArrayNode charts = NODES.arrayNode();
        for (int index = 0; index < report.sections().size(); index++) {
            Section section = report.sections().get(index);
            if (hasCurves(section)) {
                charts.add(chart(id(index), section));
            }
            if (ValueCurves.exist(section)) {
                charts.add(ValueChart.of(valuesId(index), section));
            }
        }
        List<Figure> figures = Figures.of(report);
        for (int index = 0; index < figures.size(); index++) {
            charts.add(FigureChart.of(Figures.id(index), figures.get(index)));
        }
        return charts;
    }

    static boolean hasCurves(Section section) {
        return section.cells().stream().anyMatch(cell -> !cell.curve().isEmpty());
    }

    /** Name of the element in which the chart of a section stands. */
    static String id(int section) {
        return "curves-" + section;
    }

    /** Name of the element in which the values of a section's data stand. */
    static String valuesId(int section) {
        return "values-" + section;
    }

    /** What the horizontal axis of a section's curves counts. */
    static String unit(Section section) {
        return isPlayed(section) ? "environment steps" : section.cells().get(0).lengthUnit();
    }

    static ObjectNode emptySeed(long number) {
        ObjectNode seed = NODES.objectNode();
        seed.put("seed", number);
        seed.putArray("x");
        seed.putArray("y");
        return seed;
    }

    private static ObjectNode chart(String id, Section section) {
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
        labelled(section).forEach((label, cells) -> lines.add(line(label, cells, scale, place)));
        chart.set("metrics", metrics(section));
        chart.set("levels", levels(section, scale));
        return chart;
    }

    /** Whether all cells made their own data, so that curves stand over what that took. */
    private static boolean isPlayed(Section section) {
        return section.cells().stream()
                .flatMap(cell -> cell.curve().stream())
                .allMatch(point -> Double.isFinite(point.environmentSteps()));
    }

    /** Finished lines first, then cells still under way. */
    static Map<String, List<ReportedCell>> labelled(Section section) {
        Map<String, List<ReportedCell>> byLabel = new LinkedHashMap<>();
        TreeSet<String> finished = new TreeSet<>();
        for (ScoreLine line : section.lines()) {
            byLabel.put(line.label(), line.cells());
            line.cells().forEach(cell -> finished.add(cell.run() + "/" + cell.id()));
        }
        for (ReportedCell cell : section.cells()) {
            boolean open = !finished.contains(cell.run() + "/" + cell.id());
            if (open && !cell.curve().isEmpty()) {
                byLabel.computeIfAbsent(
                                cell.label() + " (" + cell.state().text() + ")",
                                label -> new ArrayList<>())
                        .add(cell);
            }
        }
        return byLabel;
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
                    x.add(mean(places.get(round)));
                    y.add(mean(scores));
                });
        return line;
    }

    static double mean(List<Double> values) {
        return StatUtils.mean(values.stream().mapToDouble(value -> value).toArray());
    }

    /** Per metric the seeds of every line; empty where nothing was logged. */
    private static ArrayNode metrics(Section section) {
        Map<String, List<ReportedCell>> lines = labelled(section);
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
                                .forEach(cell -> seeds.add(seed(cell, cell.metrics().get(name))));
                    });
        }
        return metrics;
    }

    static ObjectNode seed(ReportedCell cell, Series series) {
        ObjectNode seed = emptySeed(cell.seed());
        ArrayNode x = (ArrayNode) seed.get("x");
        ArrayNode y = (ArrayNode) seed.get("y");
        series.rounds().forEach(x::add);
        series.values().forEach(value -> y.add(new BigDecimal(value).round(FOUR_DIGITS)));
        return seed;
    }

    static boolean hasMetrics(Section section) {
        return section.cells().stream().anyMatch(cell -> !cell.metrics().isEmpty());
    }

    private static ArrayNode levels(Section section, DoubleUnaryOperator scale) {
        ArrayNode levels = NODES.arrayNode();
        boolean policies = section.reference().map(Reference::hasPolicies).orElse(true);
        double mean = section.data().returns().mean();
        if (section.isBattle() && Double.isFinite(section.data().policyScore())) {
            add(levels, "policy of the data", section.data().policyScore());
        }
        if (policies && Double.isFinite(mean)) {
            add(levels, "data set mean", scale.applyAsDouble(mean));
        }
        section.reference()
                .filter(Reference::hasPolicies)
                .ifPresent(
                        reference -> {
                            add(levels, "random play", scale.applyAsDouble(reference.random()));
                            add(levels, "expert", scale.applyAsDouble(reference.expert()));
                        });
        return levels;
    }

    static void add(ArrayNode levels, String name, double value) {
        levels.addObject().put("name", name).put("y", value);
    }
}
