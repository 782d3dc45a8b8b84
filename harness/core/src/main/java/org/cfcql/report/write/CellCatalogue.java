package org.cfcql.report.write;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.cfcql.report.model.Report;
import org.cfcql.report.read.Outcome;
import org.cfcql.report.read.ReportedCell;
import org.cfcql.report.read.RunData;
import org.cfcql.report.tables.Facts;

/**
 * Every cell with its provenance as data for {@code report.js}. Cells share most of what is known
 * of them, so names and values are written once and cells hold their numbers.
 */
final class CellCatalogue {
    private final Map<String, Integer> texts = new LinkedHashMap<>();
    private final ArrayNode cells = JsonNodeFactory.instance.arrayNode();

    private CellCatalogue() {}

    static ObjectNode of(Report report) {
        CellCatalogue data = new CellCatalogue();
        for (RunData run : report.runs()) {
            for (ReportedCell cell : run.cells()) {
                data.add(run, cell);
            }
        }
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        ArrayNode texts = node.putArray("texts");
        data.texts.keySet().forEach(texts::add);
        node.set("cells", data.cells);
        return node;
    }

    private void add(RunData run, ReportedCell cell) {
        ObjectNode node = cells.addObject();
        node.put("folder", number(run.folder()));
        node.put("id", cell.id());
        node.put("label", number(cell.label()));
        node.put("environment", number(cell.environment()));
        node.put("data", number(cell.data().name()));
        node.put("seed", cell.seed());
        node.put("track", number(cell.track().label()));
        node.put("state", number(cell.state().text()));
        cell.outcome().ifPresent(outcome -> scores(node, outcome));
        put(node, "training", cell.effort().trainingSeconds());
        put(node, "evaluation", cell.effort().evaluationSeconds());
        put(node, "memory", cell.effort().residentMebibytes());
        ArrayNode facts = node.putArray("facts");
        Facts.of(cell)
                .forEach(
                        (name, value) -> {
                            facts.add(number(name));
                            facts.add(number(value));
                        });
    }

    private static void scores(ObjectNode node, Outcome outcome) {
        put(node, "score", outcome.score());
        put(node, "best", outcome.best());
    }

    private static void put(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, ChartParts.short4(value));
        }
    }

    private int number(String text) {
        return texts.computeIfAbsent(text, unknown -> texts.size());
    }
}
