package org.cfcql.report.write;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cfcql.report.tables.Pictures;
import org.cfcql.report.tables.TaskGroup;
import org.cfcql.stats.Interval;
import org.cfcql.stats.ScoreStatistics.Pair;

/** The pictures at the top of the page as data for {@code report.js}. */
final class PictureData {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private PictureData() {}

    static ArrayNode of(List<TaskGroup> groups) {
        ArrayNode all = NODES.arrayNode();
        groups.forEach(group -> all.add(group(Pictures.of(group))));
        return all;
    }

    private static ObjectNode group(Pictures pictures) {
        ObjectNode node = NODES.objectNode();
        TaskGroup group = pictures.group();
        node.put("title", group.title());
        node.put("scoreName", group.scoreName());
        texts(node.putArray("tasks"), group.tasks());
        texts(node.putArray("leftOut"), group.leftOut());
        List<String> lines = new ArrayList<>(pictures.interquartileMeans().keySet());
        texts(node.putArray("lines"), lines);
        intervals(node.putArray("iqm"), new ArrayList<>(pictures.interquartileMeans().values()));
        ArrayNode thresholds = node.putArray("thresholds");
        pictures.thresholds().forEach(value -> thresholds.add(ChartParts.short4(value)));
        perLine(node.putObject("profiles"), pictures.profiles());
        perLine(node.putObject("budget"), pictures.budget());
        improvements(node, lines, pictures);
        numbers(node.putObject("ranks"), pictures.ranks());
        numbers(node.putObject("tried"), pictures.tried());
        ObjectNode means = node.putObject("means");
        pictures.means()
                .forEach(
                        (line, mean) -> {
                            ArrayNode three = means.putArray(line);
                            three.add(ChartParts.short4(mean.last()));
                            three.add(ChartParts.short4(mean.tail()));
                            three.add(ChartParts.short4(mean.best()));
                        });
        return node;
    }

    /** A row per line; what a pair says in the other order follows from the one computed. */
    private static void improvements(ObjectNode node, List<String> lines, Pictures pictures) {
        if (pictures.improvements().isEmpty()) {
            return;
        }
        ArrayNode rows = node.putArray("improvements");
        for (String first : lines) {
            ArrayNode row = rows.addArray();
            for (String second : lines) {
                Interval asked = pictures.improvements().get(new Pair(first, second));
                Interval turned = pictures.improvements().get(new Pair(second, first));
                if (asked != null) {
                    interval(row.addArray(), asked);
                } else if (turned != null) {
                    interval(
                            row.addArray(),
                            new Interval(
                                    1 - turned.point(), 1 - turned.high95(), 1 - turned.low95()));
                } else {
                    row.addNull();
                }
            }
        }
    }

    private static void perLine(ObjectNode node, Map<String, List<Interval>> perLine) {
        perLine.forEach((line, intervals) -> intervals(node.putArray(line), intervals));
    }

    private static void intervals(ArrayNode node, List<Interval> intervals) {
        intervals.forEach(value -> interval(node.addArray(), value));
    }

    private static void interval(ArrayNode node, Interval interval) {
        node.add(ChartParts.short4(interval.point()));
        node.add(ChartParts.short4(interval.low95()));
        node.add(ChartParts.short4(interval.high95()));
    }

    private static void numbers(ObjectNode node, Map<String, List<Double>> perLine) {
        perLine.forEach(
                (line, values) -> {
                    ArrayNode array = node.putArray(line);
                    values.forEach(value -> array.add(ChartParts.short4(value)));
                });
    }

    private static void texts(ArrayNode node, List<String> texts) {
        texts.forEach(node::add);
    }
}
