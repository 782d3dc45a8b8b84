package org.cfcql.report.write;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;
import org.cfcql.report.read.Spread;
import org.cfcql.report.tables.Figure;
import org.cfcql.report.tables.Numbers;

/** A figure as data for {@code report.js}: dots of the seeds, their mean with its deviation. */
final class FigureChart {
    private FigureChart() {}

    static ObjectNode of(String id, Figure figure) {
        ObjectNode chart = JsonNodeFactory.instance.objectNode();
        chart.put("id", id);
        chart.put("points", true);
        chart.put("xTitle", figure.xTitle());
        chart.put("yTitle", figure.yTitle());
        chart.put("evenlySpaced", figure.evenlySpaced());
        ArrayNode lines = chart.putArray("lines");
        figure.lines().forEach(line -> lines.add(pointed(figure, line)));
        ArrayNode levels = chart.putArray("levels");
        figure.levels().forEach((name, value) -> ChartParts.add(levels, name, value));
        return chart;
    }

    private static ObjectNode pointed(Figure figure, Figure.Line line) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("name", line.name());
        ObjectNode mean = node.putObject("mean");
        ArrayNode x = mean.putArray("x");
        ArrayNode y = mean.putArray("y");
        ArrayNode deviations = mean.putArray("deviations");
        Map<Long, ObjectNode> seeds = new TreeMap<>();
        line.points()
                .forEach(
                        (value, bySeed) -> {
                            Spread spread = line.spread(value);
                            put(x, figure, value);
                            y.add(spread.mean());
                            deviations.add(
                                    Double.isFinite(spread.deviation()) ? spread.deviation() : 0);
                            bySeed.forEach(
                                    (seed, number) -> {
                                        ObjectNode own =
                                                seeds.computeIfAbsent(seed, ChartParts::emptySeed);
                                        put((ArrayNode) own.get("x"), figure, value);
                                        ((ArrayNode) own.get("y")).add(number);
                                    });
                        });
        node.putArray("seeds").addAll(seeds.values());
        return node;
    }

    private static void put(ArrayNode x, Figure figure, double value) {
        if (figure.evenlySpaced()) {
            x.add(Numbers.shortest(value));
        } else {
            x.add(value);
        }
    }
}
