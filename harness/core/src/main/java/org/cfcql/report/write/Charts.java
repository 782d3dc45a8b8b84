package org.cfcql.report.write;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import org.cfcql.report.model.Report;
import org.cfcql.report.model.Section;
import org.cfcql.report.tables.Figure;
import org.cfcql.report.tables.Figures;
import org.cfcql.report.tables.ValueCurves;

/** The charts of a report as data for {@code report.js}. */
final class Charts {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Charts() {}

    /** One chart per section that has curves, in the order of the sections. */
    static ArrayNode of(Report report) {
        ArrayNode charts = NODES.arrayNode();
        for (int index = 0; index < report.sections().size(); index++) {
            Section section = report.sections().get(index);
            if (hasCurves(section)) {
                charts.add(CurveChart.of(id(index), section));
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

    static boolean hasMetrics(Section section) {
        return section.cells().stream().anyMatch(cell -> !cell.metrics().isEmpty());
    }
}
