package org.cfcql.report.gate;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cfcql.report.compare.CellName;
import org.cfcql.report.tables.ReportTable;
import org.cfcql.report.write.MarkdownWriter;

/** What a gate says, as Markdown for people and for the summary of a CI. */
public final class GateText {
    private static final MathContext DIGITS = new MathContext(4);
    private static final String NONE = "–";

    private GateText() {}

    /** The whole text: coverage, what can be shown at all, verdict, cells. */
    public static String markdown(Gate gate) {
        StringBuilder text = new StringBuilder();
        text.append(gate.coverage()).append("\n\n");
        text.append(sensitivity(gate)).append("\n\n");
        text.append("**verdict: ").append(gate.verdict().word()).append("**");
        gate.overall().ifPresent(together -> text.append("; ").append(line(together)));
        text.append("\n").append(MarkdownWriter.table(cells(gate)));
        append(text, "Left out of the reference's cells", gate.left());
        append(text, "Not in the reference", gate.unknown());
        return text.toString();
    }

    /** Smallest losses that these seeds can show, before anything is said of what they do show. */
    static String sensitivity(Gate gate) {
        Map<String, List<GatedCell>> byEnvironment = new LinkedHashMap<>();
        for (GatedCell cell : gate.cells()) {
            if (!Double.isNaN(cell.halfWidth())) {
                byEnvironment
                        .computeIfAbsent(cell.name().environment(), key -> new ArrayList<>())
                        .add(cell);
            }
        }
        List<String> parts = new ArrayList<>();
        byEnvironment.forEach(
                (environment, cells) ->
                        parts.add(
                                "%s %s to %s (margin %s)"
                                        .formatted(
                                                environment,
                                                number(
                                                        cells.stream()
                                                                .mapToDouble(GatedCell::halfWidth)
                                                                .min()
                                                                .orElseThrow()),
                                                number(
                                                        cells.stream()
                                                                .mapToDouble(GatedCell::halfWidth)
                                                                .max()
                                                                .orElseThrow()),
                                                number(cells.get(0).margin()))));
        gate.overall()
                .ifPresent(
                        together ->
                                parts.add(
                                        "all cells together "
                                                + number(together.halfWidth())
                                                + " deviations between seeds"));
        return "smallest loss that these seeds show: "
                + (parts.isEmpty() ? "none, too few seeds" : String.join("; ", parts));
    }

    private static String line(Gate.Overall together) {
        return "all %d cells together, %d seeds: %s deviations (p %s), %s"
                .formatted(
                        together.cells(),
                        together.seeds(),
                        number(together.mean()),
                        number(together.p()),
                        together.verdict().word());
    }

    private static ReportTable cells(Gate gate) {
        List<List<String>> rows = new ArrayList<>();
        for (GatedCell cell : gate.cells()) {
            rows.add(
                    List.of(
                            cell.name().text(),
                            "%s ± %s (%d)"
                                    .formatted(
                                            number(cell.referenceMean()),
                                            number(cell.referenceDeviation()),
                                            cell.referenceSeeds().size()),
                            "%s (%d)"
                                    .formatted(
                                            number(cell.candidateMean()),
                                            cell.candidateSeeds().size()),
                            number(cell.difference()),
                            number(cell.halfWidth()),
                            number(cell.holm()),
                            cell.verdict().word() + cell.why().map(why -> ": " + why).orElse("")));
        }
        return new ReportTable(
                "Cells",
                List.of(
                        "cell",
                        "reference",
                        "candidate",
                        "difference",
                        "smallest loss shown",
                        "p, Holm",
                        "verdict"),
                rows,
                0,
                List.of(
                        "Mean ± deviation between seeds (number of seeds). An alarm of any kind has"
                                + " probability "
                                + number(gate.rules().level())
                                + " when nothing has changed."));
    }

    private static void append(StringBuilder text, String heading, List<CellName> names) {
        if (!names.isEmpty()) {
            text.append("\n").append(heading).append(":\n\n");
            names.forEach(
                    name ->
                            text.append("- ")
                                    .append(MarkdownWriter.escape(name.text()))
                                    .append("\n"));
        }
    }

    static String number(double value) {
        return Double.isFinite(value)
                ? BigDecimal.valueOf(value).round(DIGITS).stripTrailingZeros().toPlainString()
                : NONE;
    }
}
