package org.cfcql.report.compare;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.cfcql.report.tables.ReportTable;
import org.cfcql.report.write.MarkdownWriter;
import org.cfcql.stats.Interval;
import org.cfcql.stats.MeanDifference;
import org.cfcql.stats.SampleSummary;

/** A comparison as Markdown, for people. */
public final class ComparisonTables {
    private static final MathContext DIGITS = new MathContext(4);
    private static final String NONE = "–";

    /** Cells named in a row of differing fields. */
    private static final int NAMED = 2;

    private ComparisonTables() {}

    /** The whole text. */
    public static String markdown(SideComparison comparison) {
        StringBuilder text = new StringBuilder("# Comparison\n\n");
        text.append("- first: ").append(MarkdownWriter.escape(comparison.first().path()));
        text.append("\n- second: ").append(MarkdownWriter.escape(comparison.second().path()));
        text.append("\n- ").append(comparison.coverage()).append('\n');
        reservations(comparison)
                .forEach(
                        line ->
                                text.append("- **")
                                        .append(MarkdownWriter.escape(line))
                                        .append("**\n"));
        text.append(MarkdownWriter.table(cells(comparison)));
        text.append('\n').append(MarkdownWriter.escape(overall(comparison))).append('\n');
        if (!comparison.fields().isEmpty()) {
            text.append(MarkdownWriter.table(fields(comparison)));
        }
        append(text, "Only in the first", names(comparison.onlyFirst()));
        append(text, "Only in the second", names(comparison.onlySecond()));
        append(text, "Without a result in the first", comparison.first().open());
        append(text, "Without a result in the second", comparison.second().open());
        return text.toString();
    }

    /** What every output has to say first: conditions that differ, and those nobody checked. */
    static List<String> reservations(SideComparison comparison) {
        List<String> lines = new ArrayList<>();
        if (!comparison.differing().isEmpty()) {
            lines.add(
                    "not under the same conditions, as allowed: " + words(comparison.differing()));
        }
        if (!comparison.unchecked().isEmpty()) {
            lines.add(
                    "not checked, since a side does not say it: " + words(comparison.unchecked()));
        }
        return lines;
    }

    /** Conditions by name. */
    static String words(Iterable<Condition> conditions) {
        List<String> words = new ArrayList<>();
        conditions.forEach(condition -> words.add(condition.word()));
        return String.join(", ", words);
    }

    private static ReportTable cells(SideComparison comparison) {
        List<List<String>> rows = new ArrayList<>();
        for (CellComparison cell : comparison.cells()) {
            MeanDifference difference = cell.difference();
            String mark = cell.differing().isEmpty() ? "" : " (" + words(cell.differing()) + ")";
            rows.add(
                    List.of(
                            cell.name().text() + mark,
                            text(cell.first(), cell.firstSeeds().size()),
                            text(cell.second(), cell.secondSeeds().size()),
                            interval(difference.mean(), difference.low95(), difference.high95()),
                            cell.paired() ? "paired t" : "Welch",
                            number(difference.p()),
                            number(cell.holm()),
                            number(cell.improvement()),
                            cell.verdict()));
        }
        return new ReportTable(
                "Cells",
                List.of(
                        "cell",
                        "first",
                        "second",
                        "second − first [95 %]",
                        "test",
                        "p",
                        "p, Holm",
                        "P(second > first)",
                        "at 5 %"),
                rows,
                0,
                List.of(
                        "Mean ± sample deviation over seeds (number of seeds), t interval of the"
                                + " difference; Holm over the cells that can be tested."));
    }

    private static String overall(SideComparison comparison) {
        String text =
                "Over all cells, stratified bootstrap (%d resamples): P(second > first) %s"
                        .formatted(comparison.resamples(), interval(comparison.improvement()));
        return comparison
                        .normalisedDifference()
                        .map(
                                difference ->
                                        text
                                                + "; normalised score, second − first "
                                                + interval(difference))
                        .orElse(text + "; no normalised scores of all cells")
                + ".";
    }

    private static ReportTable fields(SideComparison comparison) {
        List<List<String>> rows = new ArrayList<>();
        for (FieldDifference difference : comparison.fields()) {
            rows.add(
                    List.of(
                            difference.field(),
                            orNone(difference.first()),
                            orNone(difference.second()),
                            where(difference.cells(), comparison.cells().size())));
        }
        return new ReportTable(
                "What else differs", List.of("field", "first", "second", "in"), rows, 0, List.of());
    }

    private static String where(List<CellName> cells, int all) {
        if (cells.size() == all) {
            return "all cells";
        }
        String named =
                cells.stream().limit(NAMED).map(CellName::text).collect(Collectors.joining("; "));
        return cells.size() > NAMED ? named + "; " + (cells.size() - NAMED) + " more" : named;
    }

    private static String orNone(String value) {
        return value.isEmpty() ? NONE : value;
    }

    private static List<String> names(List<CellName> names) {
        return names.stream().map(CellName::text).toList();
    }

    private static void append(StringBuilder text, String heading, List<String> lines) {
        if (!lines.isEmpty()) {
            text.append("\n## ").append(heading).append("\n\n");
            lines.forEach(
                    line -> text.append("- ").append(MarkdownWriter.escape(line)).append('\n'));
        }
    }

    private static String text(SampleSummary summary, int seeds) {
        String deviation =
                Double.isNaN(summary.sampleDeviation())
                        ? ""
                        : " ± " + number(summary.sampleDeviation());
        return number(summary.mean()) + deviation + " (" + seeds + ")";
    }

    private static String interval(Interval interval) {
        return interval(interval.point(), interval.low95(), interval.high95());
    }

    private static String interval(double point, double low, double high) {
        return Double.isNaN(low)
                ? number(point)
                : number(point) + " [" + number(low) + ", " + number(high) + "]";
    }

    private static String number(double value) {
        return Double.isFinite(value)
                ? new BigDecimal(value).round(DIGITS).stripTrailingZeros().toPlainString()
                : NONE;
    }
}
