package org.cfcql.report.write;

import java.util.List;
import java.util.stream.Collectors;
import org.cfcql.error.ForeignText;
import org.cfcql.report.model.Report;
import org.cfcql.report.model.Section;
import org.cfcql.report.tables.BudgetTables;
import org.cfcql.report.tables.Figures;
import org.cfcql.report.tables.ReportTable;
import org.cfcql.report.tables.ScoreTables;
import org.cfcql.report.tables.ValueCurves;

/** The tables as LaTeX, one {@code table} environment each; needs the package booktabs. */
final class LatexWriter {
    private LatexWriter() {}

    static String write(Report report, List<ReportTable> aggregates) {
        StringBuilder text =
                new StringBuilder("% " + escape(report.title()) + "; needs booktabs\n");
        report.warnings().forEach(line -> comment(text, line));
        aggregates.forEach(table -> append(text, table));
        Figures.of(report).forEach(figure -> append(text, figure.table()));
        for (Section section : report.sections()) {
            append(text, ScoreTables.of(section));
            if (ValueCurves.exist(section)) {
                append(text, ValueCurves.table(section));
            }
            append(text, BudgetTables.of(section));
        }
        return text.toString();
    }

    private static void append(StringBuilder text, ReportTable table) {
        text.append("\n\\begin{table}\n\\centering\n\\caption{")
                .append(escape(table.caption()))
                .append("}\n\\begin{tabular}{l")
                .append("r".repeat(table.columns().size() - 1))
                .append("}\n\\toprule\n")
                .append(line(table.columns()))
                .append("\\midrule\n");
        int own = table.rows().size() - table.references();
        for (int row = 0; row < table.rows().size(); row++) {
            if (row == own && own > 0) {
                text.append("\\midrule\n");
            }
            text.append(line(table.rows().get(row)));
        }
        text.append("\\bottomrule\n\\end{tabular}\n\\end{table}\n");
        table.notes().forEach(note -> comment(text, note));
    }

    /** A line break in it would end the comment. */
    private static void comment(StringBuilder text, String line) {
        text.append("% ").append(ForeignText.oneLine(line)).append('\n');
    }

    private static String line(List<String> cells) {
        return cells.stream()
                .map(LatexWriter::escape)
                .collect(Collectors.joining(" & ", "", " \\\\\n"));
    }

    private static String escape(String text) {
        return ForeignText.oneLine(text)
                .replace("\\", "\\textbackslash ")
                .replaceAll("([&%$#_{}])", "\\\\$1")
                .replace("~", "\\textasciitilde ")
                .replace("^", "\\textasciicircum ")
                .replace("±", "$\\pm$")
                .replace("·", "$\\cdot$")
                .replace("×", "$\\times$")
                .replace("−", "$-$")
                .replace("–", "--")
                .replace("\u2009", "\\,");
    }
}
