package org.cfcql.report;

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
import org.cfcql.report.References.Reference;
import org.hipparchus.stat.StatUtils;

/** Learning curves as data for {@code report.js}: per line the seeds and their mean. */
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

    private static ObjectNode chart(String id, Section section) {
        DoubleUnaryOperator scale =
                section.reference()
                        .<DoubleUnaryOperator>map(reference -> reference::normalize)
                        .orElse(DoubleUnaryOperator.identity());
        ObjectNode chart = NODES.objectNode();
        chart.put("id", id);
        chart.put("yTitle", section.reference().isPresent() ? "normalised score" : "score");
        ArrayNode lines = chart.putArray("lines");
        labelled(section).forEach((label, cells) -> lines.add(line(label, cells, scale)));
        chart.set("metrics", metrics(section));
        chart.set("levels", levels(section, scale));
        return chart;
    }

    /** Finished lines first, then cells still under way. */
    private static Map<String, List<CellData>> labelled(Section section) {
        Map<String, List<CellData>> byLabel = new LinkedHashMap<>();
        TreeSet<String> finished = new TreeSet<>();
        for (ScoreLine line : section.lines()) {
            byLabel.put(line.label(), line.cells());
            line.cells().forEach(cell -> finished.add(cell.run() + "/" + cell.id()));
        }
        for (CellData cell : section.cells()) {
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

    private static ObjectNode line(String label, List<CellData> cells, DoubleUnaryOperator scale) {
        ObjectNode line = NODES.objectNode();
        line.put("name", label);
        ArrayNode seeds = line.putArray("seeds");
        SortedMap<Integer, List<Double>> byRound = new TreeMap<>();
        for (CellData cell : cells) {
            ObjectNode seed = seeds.addObject();
            seed.put("seed", cell.seed());
            ArrayNode x = seed.putArray("x");
            ArrayNode y = seed.putArray("y");
            for (CurvePoint point : cell.curve()) {
                double score = scale.applyAsDouble(point.score());
                x.add(point.round());
                y.add(score);
                byRound.computeIfAbsent(point.round(), key -> new ArrayList<>()).add(score);
            }
        }
        // A mean over fewer seeds than elsewhere would jump for no reason of learning.
        byRound.values().removeIf(scores -> scores.size() < cells.size());
        ObjectNode mean = line.putObject("mean");
        ArrayNode x = mean.putArray("x");
        ArrayNode y = mean.putArray("y");
        byRound.forEach(
                (round, scores) -> {
                    x.add(round);
                    y.add(StatUtils.mean(scores.stream().mapToDouble(v -> v).toArray()));
                });
        return line;
    }

    /** Per metric the seeds of every line; empty where nothing was logged. */
    private static ArrayNode metrics(Section section) {
        Map<String, List<CellData>> lines = labelled(section);
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

    private static ObjectNode seed(CellData cell, Series series) {
        ObjectNode seed = NODES.objectNode();
        seed.put("seed", cell.seed());
        ArrayNode x = seed.putArray("x");
        ArrayNode y = seed.putArray("y");
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

    private static void add(ArrayNode levels, String name, double value) {
        levels.addObject().put("name", name).put("y", value);
    }
}
