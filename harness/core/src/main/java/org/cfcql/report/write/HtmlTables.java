package org.cfcql.report.write;

import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.p;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;

import j2html.tags.ContainerTag;
import j2html.tags.DomContent;
import j2html.tags.specialized.DivTag;
import j2html.tags.specialized.TrTag;
import java.util.List;
import java.util.stream.IntStream;
import org.cfcql.report.tables.ReportTable;

/** Tables of the page: they scroll inside their box, so that a phone shows them too. */
final class HtmlTables {
    private HtmlTables() {}

    /**
     * A table below its heading.
     *
     * @param level element of the heading, {@code h2} or {@code h3}
     */
    static DivTag captioned(ReportTable content, String level) {
        return captioned(content, level, List.of());
    }

    /**
     * A table whose rows can be opened.
     *
     * @param cells per row from the first on the numbers of its cells, as {@code CellCatalogue}
     *     counts
     */
    static DivTag captioned(ReportTable content, String level, List<String> cells) {
        int own = content.rows().size() - content.references();
        List<TrTag> rows =
                IntStream.range(0, content.rows().size())
                        .mapToObj(
                                index ->
                                        row(content.rows().get(index), index >= own)
                                                .condAttr(
                                                        index < cells.size(),
                                                        "data-cells",
                                                        index < cells.size()
                                                                ? cells.get(index)
                                                                : ""))
                        .toList();
        return div(
                        new Heading(level).withText(content.caption()),
                        scrolling(
                                content.caption(),
                                table(
                                                thead(
                                                        tr(
                                                                each(
                                                                        content.columns(),
                                                                        name ->
                                                                                th(name).attr(
                                                                                                "scope",
                                                                                                "col")))),
                                                tbody(each(rows, row -> row)))
                                        .withClass("sortable")),
                        each(content.notes(), note -> p(note).withClass("note")))
                .withClass("captioned");
    }

    private static TrTag row(List<String> cells, boolean reference) {
        TrTag row =
                tr(
                        th(cells.get(0)).attr("scope", "row"),
                        each(cells.subList(1, cells.size()), text -> td(text)));
        return reference ? row.withClass("reference") : row;
    }

    private static DivTag scrolling(String label, DomContent content) {
        return div(content)
                .withClass("scroll")
                .attr("tabindex", "0")
                .attr("role", "region")
                .attr("aria-label", label);
    }

    /** A heading of a level that is known at run time only. */
    private static final class Heading extends ContainerTag<Heading> {
        Heading(String level) {
            super(level);
        }
    }
}
