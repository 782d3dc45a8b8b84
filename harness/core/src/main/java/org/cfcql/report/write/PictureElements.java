package org.cfcql.report.write;

import static j2html.TagCreator.button;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.figure;
import static j2html.TagCreator.form;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.input;
import static j2html.TagCreator.label;
import static j2html.TagCreator.noscript;
import static j2html.TagCreator.p;
import static j2html.TagCreator.select;
import static j2html.TagCreator.span;

import j2html.tags.DomContent;
import j2html.tags.specialized.DialogTag;
import j2html.tags.specialized.FigureTag;
import j2html.tags.specialized.SectionTag;
import java.util.List;

/** Elements of the page that its scripts fill. */
final class PictureElements {
    /** A picture: where it stands, its heading, and how to read it. */
    private record Picture(String id, String heading, String reading) {}

    private static final List<Picture> PICTURES =
            List.of(
                    new Picture(
                            "iqm",
                            "Interquartile mean",
                            "Final scores of all runs without the lowest and highest quarter; bars:"
                                    + " 95 % stratified bootstrap."),
                    new Picture(
                            "profiles",
                            "Performance profiles",
                            "Share of runs whose final score is above a threshold; higher is"
                                    + " better. Bands: 95 %."),
                    new Picture(
                            "budget",
                            "Score against budget",
                            "Interquartile mean of the latest evaluation at every tenth of a"
                                    + " line's own rounds; bands: 95 %."),
                    new Picture(
                            "means",
                            "Final against best",
                            "What the choice of the reported evaluation is worth: the last policy,"
                                    + " the mean of the last evaluations, and the best one along"
                                    + " the way, which favours luck. Means over runs and tasks."),
                    new Picture(
                            "tried",
                            "Score against policies tried",
                            "Expected best final score of as many of an algorithm's cells, of all"
                                    + " variants and seeds, drawn without replacement. Tuning is"
                                    + " part of a budget."),
                    new Picture(
                            "improvements",
                            "Probability of improvement",
                            "That a run of the row beats one of the column on the same task; below"
                                    + " it the 95 % interval."),
                    new Picture(
                            "ranks",
                            "Rank by data set",
                            "By mean final score; 1 is the best, equal means share their ranks."));

    private PictureElements() {}

    /** The pictures of the group that is chosen. */
    static SectionTag section() {
        return j2html.TagCreator.section(
                        h2("Pictures"),
                        p(label("Show ").with(select().withId("picture-group"))),
                        p().withId("picture-note").withClass("note"),
                        noscript("The pictures need JavaScript; the tables do not."),
                        div(each(PICTURES, PictureElements::figureOf)).withClass("pictures"))
                .withId("pictures");
    }

    private static FigureTag figureOf(Picture picture) {
        return figure(
                        figcaption(picture.heading()),
                        div().withId("picture-" + picture.id()).withClass("picture"),
                        p(picture.reading()).withClass("note"))
                .withClass("figure-" + picture.id());
    }

    /** The box that filters rows of tables. */
    static DomContent filter() {
        return div(
                        label("Filter tables ")
                                .with(
                                        input().withId("filter")
                                                .withType("search")
                                                .withPlaceholder("cfcql medium")
                                                .attr("autocomplete", "off")),
                        span().withId("filter-count").attr("role", "status"))
                .withClass("filter");
    }

    /** All cells; rows are filled in by the script, which also opens them. */
    static SectionTag cells() {
        return j2html.TagCreator.section(
                        h2("Cells"),
                        p("A click on a cell, or Enter, shows where its result comes from and the"
                                        + " command that makes it again.")
                                .withClass("note"),
                        noscript("This table needs JavaScript; cell.json of a cell has the same."),
                        div().withId("cell-table"))
                .withId("cells");
    }

    /** Where one cell or one line is shown. */
    static DialogTag dialog() {
        return j2html.TagCreator.dialog(
                        form(button("Close")).attr("method", "dialog"),
                        div().withId("detail-content"))
                .withId("detail")
                .attr("aria-labelledby", "detail-heading");
    }
}
