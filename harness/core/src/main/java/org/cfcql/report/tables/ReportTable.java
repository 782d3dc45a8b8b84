package org.cfcql.report.tables;

import java.util.List;

/**
 * A table that every writer can render.
 *
 * @param caption one line
 * @param columns headings; the first column holds names, the others numbers
 * @param rows cells as plain text, equally many per row
 * @param references how many of the last rows are for orientation only
 * @param notes sentences below the table
 */
public record ReportTable(
        String caption,
        List<String> columns,
        List<List<String>> rows,
        int references,
        List<String> notes) {
    /** Copies the lists. */
    public ReportTable {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        notes = List.copyOf(notes);
    }
}
