package org.cfcql.report.write;

import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.cfcql.report.model.Report;
import org.cfcql.report.model.Section;
import org.cfcql.report.tables.BudgetTables;
import org.cfcql.report.tables.Figures;
import org.cfcql.report.tables.OpenCells;
import org.cfcql.report.tables.ReportTable;
import org.cfcql.report.tables.ScoreTables;
import org.cfcql.report.tables.ValueCurves;

/** The tables as GitHub-flavoured Markdown. */
public final class MarkdownWriter {
    private MarkdownWriter() {}

    static String write(Report report, List<ReportTable> aggregates) {
        StringBuilder text = new StringBuilder("# " + escape(report.title()) + "\n");
        if (!report.warnings().isEmpty()) {
            text.append("\n**Before comparing**\n\n");
            report.warnings().forEach(line -> text.append("- ").append(escape(line)).append('\n'));
        }
        aggregates.forEach(table -> append(text, table));
        Figures.of(report).forEach(figure -> append(text, figure.table()));
        for (Section section : report.sections()) {
            append(text, ScoreTables.of(section));
            if (ValueCurves.exist(section)) {
                append(text, ValueCurves.table(section));
            }
            append(text, BudgetTables.of(section));
        }
        if (!report.open().isEmpty()) {
            append(text, OpenCells.table(report));
        }
        return text.toString();
    }

    /** One table under its caption, with its notes. */
    public static String table(ReportTable table) {
        StringBuilder text = new StringBuilder();
        append(text, table);
        return text.toString();
    }

    private static void append(StringBuilder text, ReportTable table) {
        text.append("\n## ").append(escape(table.caption())).append("\n\n");
        text.append(line(table.columns()));
        text.append("|---|");
        text.append(String.join("", Collections.nCopies(table.columns().size() - 1, "---:|")));
        text.append('\n');
        table.rows().forEach(row -> text.append(line(row)));
        table.notes().forEach(note -> text.append('\n').append(escape(note)).append('\n'));
    }

    private static String line(List<String> cells) {
        return cells.stream()
                .map(MarkdownWriter::escape)
                .collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    /** Text of others without meaning to Markdown. */
    public static String escape(String text) {
        return text.replaceAll("([\\\\|*_<>`\\[\\]])", "\\\\$1");
    }
}
