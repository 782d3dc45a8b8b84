package org.cfcql.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.SortedMap;
import org.cfcql.error.HarnessBug;
import org.cfcql.outcome.JsonDocument;
import org.cfcql.report.model.References;
import org.cfcql.report.read.Outcome;
import org.cfcql.report.read.ReportedCell;
import org.duckdb.DuckDBAppender;

/** Writes what is known of one cell into a table. */
final class ResultRows {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final References references = References.shipped();

    /** Rows of one cell, in the order of the columns of {@link ResultTable}. */
    void append(ResultTable table, ReportedCell cell, Path folder, DuckDBAppender rows)
            throws SQLException {
        switch (table) {
            case CELLS -> cell(cell, rows);
            case BUDGET -> budget(cell, rows);
            case EVALUATIONS -> evaluations(cell, folder, rows);
            case METRICS -> metrics(cell, folder, rows);
        }
    }

    private void cell(ReportedCell cell, DuckDBAppender rows) throws SQLException {
        Outcome outcome = cell.outcome().orElse(null);
        row(
                rows,
                cell.run(),
                cell.id(),
                cell.state().text(),
                cell.reason(),
                cell.algorithm(),
                cell.variant(),
                cell.environment(),
                cell.fingerprint(),
                cell.data().name(),
                cell.data().kind(),
                cell.data().hash(),
                cell.data().hash().isEmpty() ? null : cell.data().returns().mean(),
                cell.seed(),
                cell.track().name(),
                cell.track().scale().share(),
                cell.rounds(),
                cell.batch(),
                outcome == null ? null : outcome.score(),
                outcome == null ? null : normalised(cell, outcome.score()),
                outcome == null ? null : outcome.tail().mean(),
                outcome == null ? null : outcome.tail().deviation(),
                outcome == null ? null : outcome.best(),
                outcome == null ? null : cell.finalReturn(),
                cell.effort().trainingSeconds(),
                json(cell.settings()),
                json(cell.provenance()));
    }

    private double normalised(ReportedCell cell, double score) {
        return references
                .find(cell.environment(), cell.ingredients())
                .map(scale -> scale.normalize(score))
                .orElse(Double.NaN);
    }

    private static void budget(ReportedCell cell, DuckDBAppender rows) throws SQLException {
        for (Map.Entry<String, Long> granted : cell.granted().entrySet()) {
            Long spent = cell.spent().get(granted.getKey());
            row(rows, cell.run(), cell.id(), granted.getKey(), granted.getValue(), spent);
        }
    }

    /** A line of a kept run is the mean of several episodes and says of how many. */
    private static void evaluations(ReportedCell cell, Path folder, DuckDBAppender rows)
            throws SQLException {
        for (JsonNode line : JsonDocument.readLines(folder.resolve("evaluations.jsonl"))) {
            row(
                    rows,
                    cell.run(),
                    cell.id(),
                    line.path("evaluation").asText(),
                    whole(line.path("round")),
                    whole(line.path("episode")),
                    line.path("episodes").asInt(1),
                    line.path("score").asDouble(Double.NaN),
                    whole(line.path("length")));
        }
    }

    /** One row per number; the phase is {@code training}, or the auxiliary model that trains. */
    private static void metrics(ReportedCell cell, Path folder, DuckDBAppender rows)
            throws SQLException {
        for (JsonNode line : JsonDocument.readLines(folder.resolve("metrics.jsonl"))) {
            String phase = line.path("pretraining").asText("training");
            String counter = line.has("pretraining") ? "update" : "round";
            for (Map.Entry<String, JsonNode> number : line.properties()) {
                if (number.getValue().isNumber() && !number.getKey().equals(counter)) {
                    row(
                            rows,
                            cell.run(),
                            cell.id(),
                            phase,
                            whole(line.path(counter)),
                            number.getKey(),
                            number.getValue().asDouble());
                }
            }
        }
    }

    private static Integer whole(JsonNode number) {
        return number.isIntegralNumber() ? number.asInt() : null;
    }

    private static String json(SortedMap<String, String> values) {
        try {
            return JSON.writeValueAsString(values);
        } catch (JsonProcessingException impossible) {
            throw new HarnessBug("expected texts to become JSON", impossible);
        }
    }

    /** Unknown are null, an empty text and what is no number. */
    private static void row(DuckDBAppender rows, Object... values) throws SQLException {
        rows.beginRow();
        for (Object value : values) {
            if (value instanceof String text && !text.isEmpty()) {
                rows.append(text);
            } else if (value instanceof Double number && Double.isFinite(number)) {
                rows.append(number.doubleValue());
            } else if (value instanceof Integer number) {
                rows.append(number.intValue());
            } else if (value instanceof Long number) {
                rows.append(number.longValue());
            } else {
                rows.appendNull();
            }
        }
        rows.endRow();
    }
}
