package org.cfcql.report.write;

import static j2html.TagCreator.a;
import static j2html.TagCreator.body;
import static j2html.TagCreator.details;
import static j2html.TagCreator.div;
import static j2html.TagCreator.document;
import static j2html.TagCreator.each;
import static j2html.TagCreator.footer;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.head;
import static j2html.TagCreator.header;
import static j2html.TagCreator.html;
import static j2html.TagCreator.iff;
import static j2html.TagCreator.label;
import static j2html.TagCreator.li;
import static j2html.TagCreator.main;
import static j2html.TagCreator.meta;
import static j2html.TagCreator.nav;
import static j2html.TagCreator.noscript;
import static j2html.TagCreator.p;
import static j2html.TagCreator.pre;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.script;
import static j2html.TagCreator.section;
import static j2html.TagCreator.select;
import static j2html.TagCreator.style;
import static j2html.TagCreator.summary;
import static j2html.TagCreator.title;
import static j2html.TagCreator.ul;

import com.fasterxml.jackson.databind.JsonNode;
import j2html.tags.DomContent;
import j2html.tags.specialized.DivTag;
import j2html.tags.specialized.SectionTag;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.cfcql.report.model.Report;
import org.cfcql.report.model.Section;
import org.cfcql.report.read.CellState;
import org.cfcql.report.read.ReportedCell;
import org.cfcql.report.read.RunData;
import org.cfcql.report.tables.BudgetTables;
import org.cfcql.report.tables.Figure;
import org.cfcql.report.tables.Figures;
import org.cfcql.report.tables.OpenCells;
import org.cfcql.report.tables.Origins;
import org.cfcql.report.tables.Overview;
import org.cfcql.report.tables.ReportTable;
import org.cfcql.report.tables.ScoreTables;
import org.cfcql.report.tables.TaskGroup;
import org.cfcql.report.tables.ValueCurves;

/** The page {@code report.html}. Everything it needs is inside it. */
final class HtmlWriter {
    private static final int WARNINGS_IN_SIGHT = 6;

    private HtmlWriter() {}

    static String write(Report report, List<ReportTable> aggregates) {
        List<DomContent> parts = new ArrayList<>();
        List<TaskGroup> groups = TaskGroup.of(report);
        parts.add(overview(report));
        if (!groups.isEmpty()) {
            parts.add(PictureElements.section());
        }
        parts.add(contents(report));
        aggregates.forEach(table -> parts.add(section(HtmlTables.captioned(table, "h2"))));
        for (RunData run : report.runs()) {
            if (!run.notes().isBlank()) {
                parts.add(section(rawHtml(Notes.html(run.notes()))).withClass("notes"));
            }
        }
        List<Figure> figures = Figures.of(report);
        for (int index = 0; index < figures.size(); index++) {
            parts.add(figure(figures.get(index), index));
        }
        Map<ReportedCell, Integer> numbers = numbers(report);
        for (int index = 0; index < report.sections().size(); index++) {
            parts.add(comparison(report.sections().get(index), index, numbers));
        }
        if (!report.open().isEmpty()) {
            parts.add(section(HtmlTables.captioned(OpenCells.table(report), "h2")).withId("open"));
        }
        parts.add(PictureElements.cells());
        parts.add(
                section(
                                HtmlTables.captioned(Origins.data(report), "h2"),
                                HtmlTables.captioned(Origins.environments(report), "h2"))
                        .withId("origins"));
        return document(
                html(
                                head(
                                        meta().withCharset("utf-8"),
                                        meta().withName("viewport")
                                                .withContent("width=device-width, initial-scale=1"),
                                        title(report.title() + " – cfcql report"),
                                        style(rawHtml(PageResources.text("report.css")))),
                                body(
                                        header(h1(report.title())),
                                        main(each(parts, part -> part)),
                                        footer(p("Written by cfcql report.")),
                                        PictureElements.dialog(),
                                        scripts(report, groups)))
                        .withLang("en"));
    }

    private static SectionTag overview(Report report) {
        return section(
                p(Overview.sentence(report)).withClass("lead"),
                iff(!report.warnings().isEmpty(), warnings(report.warnings())));
    }

    /** The first ones in sight, all of them one step away. */
    private static DivTag warnings(List<String> lines) {
        int shown = Math.min(lines.size(), WARNINGS_IN_SIGHT);
        List<String> more = lines.subList(shown, lines.size());
        return div(h2("Before comparing"), ul(each(lines.subList(0, shown), line -> li(line))))
                .withClass("warnings")
                .attr("role", "note")
                .with(
                        iff(
                                !more.isEmpty(),
                                details(
                                        summary(more.size() + " more"),
                                        ul(each(more, line -> li(line))))));
    }

    private static DomContent run(RunData run) {
        return details(
                        summary(
                                "Run %s: %d cells, %d finished"
                                        .formatted(run.name(), run.cells().size(), finished(run))),
                        iff(!run.experiment().isBlank(), pre(run.experiment())))
                .withClass("run");
    }

    /** Numbers of cells, as {@code CellCatalogue} counts them. */
    private static Map<ReportedCell, Integer> numbers(Report report) {
        Map<ReportedCell, Integer> numbers = new IdentityHashMap<>();
        report.cells().forEach(cell -> numbers.put(cell, numbers.size()));
        return numbers;
    }

    /** Runs, comparisons, and the box that filters the tables. */
    private static SectionTag contents(Report report) {
        return section(
                each(report.runs(), HtmlWriter::run),
                iff(report.sections().size() > 1, links(report)),
                PictureElements.filter());
    }

    private static DomContent links(Report report) {
        return nav(ul(
                        each(
                                IntStream.range(0, report.sections().size()).boxed().toList(),
                                index ->
                                        li(
                                                a(report.sections().get(index).title())
                                                        .withHref("#comparison-" + index)))))
                .attr("aria-label", "Comparisons");
    }

    private static long finished(RunData run) {
        return run.cells().stream().filter(cell -> cell.state() == CellState.FINISHED).count();
    }

    private static SectionTag figure(Figure shown, int index) {
        return section(
                        HtmlTables.captioned(shown.table(), "h2"),
                        chart(Figures.id(index), shown.yTitle() + " over " + shown.xTitle()),
                        p("Line: mean over seeds, with their sample deviation; dots: each seed.")
                                .withClass("note"))
                .withClass("figure");
    }

    private static DivTag chart(String id, String label) {
        return div(noscript("The curves need JavaScript; the tables do not."))
                .withId(id)
                .withClass("chart")
                .attr("role", "figure")
                .attr("aria-label", label);
    }

    private static SectionTag comparison(
            Section compared, int index, Map<ReportedCell, Integer> numbers) {
        List<DomContent> parts = new ArrayList<>();
        List<String> cells =
                compared.lines().stream()
                        .map(
                                line ->
                                        line.cells().stream()
                                                .map(cell -> String.valueOf(numbers.get(cell)))
                                                .collect(Collectors.joining(" ")))
                        .toList();
        parts.add(HtmlTables.captioned(ScoreTables.of(compared), "h2", cells));
        parts.add(h3("Learning curves"));
        if (Charts.hasCurves(compared)) {
            parts.add(
                    chart(
                            Charts.id(index),
                            "Learning curves: score over " + CurveChart.unit(compared)));
            parts.add(
                    p("Thick: mean over seeds; thin: each seed. A click in the legend hides a line,"
                          + " a double click the others. The last point is the final evaluation.")
                            .withClass("note"));
        } else {
            parts.add(p("The run folder holds no evaluations."));
        }
        if (ValueCurves.exist(compared)) {
            parts.add(HtmlTables.captioned(ValueCurves.table(compared), "h3"));
            parts.add(
                    chart(
                            Charts.valuesId(index),
                            "Batch mean of Q_tot over " + compared.cells().get(0).lengthUnit()));
        }
        if (Charts.hasCurves(compared) && Charts.hasMetrics(compared)) {
            parts.add(metrics(index));
        }
        parts.add(HtmlTables.captioned(BudgetTables.of(compared), "h3"));
        return section(each(parts, part -> part))
                .withClass("comparison")
                .withId("comparison-" + index);
    }

    /** Drawn when it is opened: the names are filled in by the script. */
    private static DomContent metrics(int index) {
        String id = Charts.id(index);
        return details(
                        summary("Training metrics"),
                        label("Metric ").with(select().withId(id + "-metric")),
                        div().withId(id + "-metrics").withClass("chart"))
                .withClass("metrics");
    }

    /** The plot library is compressed: as text it would be 11 MB of each report. */
    private static DomContent scripts(Report report, List<TaskGroup> groups) {
        return each(
                script(rawHtml(PageResources.plotLibrary()))
                        .withType("application/octet-stream")
                        .withId("plot-library"),
                data("charts", Charts.of(report)),
                data("picture-groups", PictureData.of(groups)),
                data("cell-data", CellCatalogue.of(report)),
                script(rawHtml(PageResources.text("tables.js"))),
                script(rawHtml(PageResources.text("pictures.js"))),
                script(rawHtml(PageResources.text("report.js"))));
    }

    /** "<" must not appear, or "</script>" in a name would end the element. */
    private static DomContent data(String id, JsonNode content) {
        return script(rawHtml(content.toString().replace("<", "\\u003c")))
                .withType("application/json")
                .withId(id);
    }
}
