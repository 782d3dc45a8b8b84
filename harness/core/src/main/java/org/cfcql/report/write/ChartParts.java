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
import java.util.TreeSet;
import org.cfcql.report.model.ScoreLine;
import org.cfcql.report.model.Section;
import org.cfcql.report.read.ReportedCell;
import org.cfcql.report.read.Series;
import org.hipparchus.stat.StatUtils;

/** What charts have in common: their lines, the seeds of a line, and levels beside them. */
final class ChartParts {
    /** What a plot can show; keeps pages small. */
    private static final MathContext FOUR_DIGITS = new MathContext(4);

    private ChartParts() {}

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

    static ObjectNode emptySeed(long number) {
        ObjectNode seed = JsonNodeFactory.instance.objectNode();
        seed.put("seed", number);
        seed.putArray("x");
        seed.putArray("y");
        return seed;
    }

    static ObjectNode seed(ReportedCell cell, Series series) {
        ObjectNode seed = emptySeed(cell.seed());
        ArrayNode x = (ArrayNode) seed.get("x");
        ArrayNode y = (ArrayNode) seed.get("y");
        series.rounds().forEach(x::add);
        series.values().forEach(value -> y.add(new BigDecimal(value).round(FOUR_DIGITS)));
        return seed;
    }

    /** With the digits that a plot can show; null for what is no number. */
    static BigDecimal short4(double value) {
        return Double.isFinite(value) ? new BigDecimal(value).round(FOUR_DIGITS) : null;
    }

    static double mean(List<Double> values) {
        return StatUtils.mean(values.stream().mapToDouble(value -> value).toArray());
    }

    static void add(ArrayNode levels, String name, double value) {
        levels.addObject().put("name", name).put("y", value);
    }
}
