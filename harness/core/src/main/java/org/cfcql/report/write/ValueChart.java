package org.cfcql.report.write;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.cfcql.report.model.Section;
import org.cfcql.report.read.ReportedCell;
import org.cfcql.report.read.Series;
import org.cfcql.report.tables.ValueCurves;

/** The values of the data's actions as data for {@code report.js}. */
final class ValueChart {
    private ValueChart() {}

    /** The metric {@code dataValue}: seeds and, where all have the same rounds, their mean. */
    static ObjectNode of(String id, Section section) {
        ObjectNode chart = JsonNodeFactory.instance.objectNode();
        chart.put("id", id);
        chart.put("xTitle", section.cells().get(0).lengthUnit());
        chart.put("yTitle", "batch mean of Q_tot");
        ArrayNode lines = chart.putArray("lines");
        ChartParts.labelled(section)
                .forEach(
                        (label, cells) -> {
                            List<ReportedCell> logged =
                                    cells.stream()
                                            .filter(
                                                    cell ->
                                                            cell.metrics()
                                                                    .containsKey(
                                                                            ValueCurves.METRIC))
                                            .toList();
                            if (!logged.isEmpty()) {
                                lines.add(valueLine(label, logged));
                            }
                        });
        ArrayNode levels = chart.putArray("levels");
        ValueCurves.bound(section)
                .ifPresent(bound -> ChartParts.add(levels, "largest discounted return", bound));
        return chart;
    }

    private static ObjectNode valueLine(String label, List<ReportedCell> cells) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("name", label);
        ArrayNode seeds = line.putArray("seeds");
        List<Series> all = new ArrayList<>();
        for (ReportedCell cell : cells) {
            Series series = cell.metrics().get(ValueCurves.METRIC);
            seeds.add(ChartParts.seed(cell, series));
            all.add(series);
        }
        List<Integer> rounds = all.get(0).rounds();
        if (all.stream().allMatch(series -> series.rounds().equals(rounds))) {
            ObjectNode mean = line.putObject("mean");
            ArrayNode x = mean.putArray("x");
            ArrayNode y = mean.putArray("y");
            for (int index = 0; index < rounds.size(); index++) {
                int at = index;
                x.add(rounds.get(index));
                y.add(
                        ChartParts.mean(
                                all.stream().map(series -> series.values().get(at)).toList()));
            }
        }
        return line;
    }
}
