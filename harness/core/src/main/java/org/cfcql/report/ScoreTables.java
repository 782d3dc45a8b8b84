package org.cfcql.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cfcql.report.References.Reference;
import org.cfcql.stats.Interval;

/** The score table of a section. */
final class ScoreTables {
    private static final String RATIO = "ratio to the data's mean return";

    private final Section section;
    private final Numbers raw;
    private final Numbers scaled = new Numbers(1);
    private final Numbers ratio = new Numbers(3);
    private final int width;

    private ScoreTables(Section section) {
        this.section = section;
        boolean rates = section.reference().isPresent() && !section.reference().get().hasPolicies();
        this.raw = new Numbers(rates ? 3 : decimals(section));
        this.width = columns().size();
    }

    /** Returns of at most ten need more digits than those of hundreds. */
    private static int decimals(Section section) {
        return BehaviourRatio.isDefined(section) ? 2 : 1;
    }

    /** Lines of the runs, then rows for orientation. */
    static ReportTable of(Section section) {
        return new ScoreTables(section).table();
    }

    private ReportTable table() {
        List<List<String>> rows = new ArrayList<>();
        section.lines().forEach(line -> rows.add(row(line)));
        List<List<String>> references = referenceRows();
        rows.addAll(references);
        return new ReportTable(section.title(), columns(), rows, references.size(), notes());
    }

    private List<String> columns() {
        List<String> columns = new ArrayList<>();
        columns.add("algorithm");
        columns.add("seeds");
        if (section.reference().isPresent()) {
            columns.add("normalised: final");
            if (!section.paper().isEmpty()) {
                columns.add("paper");
            }
            columns.add("normalised: IQM [95 %]");
            columns.add("normalised: tail mean");
            columns.add("normalised: best");
            columns.add("score: final");
            columns.add("score: tail mean");
        } else {
            columns.add("score: final");
            if (BehaviourRatio.isDefined(section)) {
                columns.add(RATIO);
            }
            columns.add("score: IQM [95 %]");
            columns.add("score: tail mean");
            columns.add("score: best");
        }
        return columns;
    }

    private List<String> row(ScoreLine line) {
        List<String> row = new ArrayList<>();
        row.add(line.label());
        row.add(
                line.cells().size() == line.planned()
                        ? String.valueOf(line.planned())
                        : line.cells().size() + " of " + line.planned());
        if (section.reference().isPresent()) {
            Reference scale = section.reference().get();
            Interval interval = line.interquartileMean();
            row.add(scaled.text(normalize(scale, line.score())));
            if (!section.paper().isEmpty()) {
                row.add(section.paper().getOrDefault(line.algorithm(), Numbers.NONE));
            }
            row.add(
                    scaled.text(
                            new Interval(
                                    scale.normalize(interval.point()),
                                    scale.normalize(interval.low95()),
                                    scale.normalize(interval.high95()))));
            row.add(scaled.text(normalize(scale, line.tail())));
            row.add(scaled.text(normalize(scale, line.best())));
            row.add(raw.text(line.score()));
            row.add(raw.text(line.tail()));
        } else {
            row.add(raw.text(line.score()));
            if (BehaviourRatio.isDefined(section)) {
                row.add(ratio.text(BehaviourRatio.of(section, line.score())));
            }
            row.add(raw.text(line.interquartileMean()));
            row.add(raw.text(line.tail()));
            row.add(raw.text(line.best()));
        }
        return row;
    }

    static Spread normalize(Reference scale, Spread spread) {
        return new Spread(scale.normalize(spread.mean()), scale.normalizeWidth(spread.deviation()));
    }

    private List<List<String>> referenceRows() {
        List<List<String>> rows = new ArrayList<>();
        Spread returns = section.data().returns();
        boolean rates = section.reference().isPresent() && !section.reference().get().hasPolicies();
        // A battle's score is a win rate, which the returns on a card do not tell.
        if (Double.isFinite(returns.mean()) && !rates) {
            rows.add(reference("data set mean", returns));
        }
        if (section.reference().isPresent() && !rates) {
            Reference scale = section.reference().get();
            Spread published = scale.data().get(section.data().kind());
            if (published != null) {
                rows.add(reference("published data set mean", published));
            }
            rows.add(reference("random play", new Spread(scale.random(), Double.NaN)));
            rows.add(reference("expert", new Spread(scale.expert(), Double.NaN)));
        }
        new TreeMap<>(unmatchedPaperScores())
                .forEach(
                        (algorithm, score) -> {
                            List<String> row = blank(algorithm + " (paper)");
                            row.set(columns().indexOf("paper"), score);
                            rows.add(row);
                        });
        return rows;
    }

    private Map<String, String> unmatchedPaperScores() {
        Map<String, String> others = new TreeMap<>(section.paper());
        section.lines().forEach(line -> others.remove(line.algorithm()));
        return others;
    }

    private List<String> reference(String name, Spread score) {
        List<String> row = blank(name);
        row.set(columns().indexOf("score: final"), raw.text(score));
        section.reference()
                .ifPresent(
                        scale ->
                                row.set(
                                        columns().indexOf("normalised: final"),
                                        scaled.text(normalize(scale, score))));
        return row;
    }

    private List<String> blank(String name) {
        List<String> row = new ArrayList<>(Collections.nCopies(width, ""));
        row.set(0, name);
        return row;
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        Section.Conditions conditions = section.conditions();
        notes.add(
                "Mean ± sample standard deviation over seeds. Final: "
                        + conditions.protocol().finalEpisodes()
                        + " episodes of the last policy. Tail: the last "
                        + tailEvaluations()
                        + " evaluations of "
                        + conditions.protocol().episodes()
                        + " episodes. Best: the best of those along the way, which favours luck."
                        + " IQM: interquartile mean over seeds (plain mean below four seeds) with a"
                        + " 95 % percentile bootstrap interval.");
        section.reference()
                .ifPresentOrElse(
                        scale -> notes.add(scaleNote(scale)),
                        () ->
                                notes.add(
                                        "No normalised score: no reference holds for this"
                                                + " environment and fingerprint"
                                                + prey()
                                                + "."));
        if (!section.paper().isEmpty()) {
            notes.add(paperNote());
        }
        if (Double.isFinite(section.data().returns().mean())) {
            notes.add("Rows of data sets: mean ± deviation over episodes.");
        }
        return notes;
    }

    private String paperNote() {
        String note =
                "Paper: as printed there, mean ± deviation over five seeds, on the authors' own"
                        + " data and under their protocol; ours are on the data named here.";
        boolean battle = !section.reference().orElseThrow().hasPolicies();
        // Section 3.1 of the specification: these columns were not run by the paper's authors.
        return battle
                ? note
                : note
                        + " Its numbers of td3-bc (with decentralised critics), icql, maicq and"
                        + " omar are those of the OMAR paper.";
    }

    private String scaleNote(Reference scale) {
        return scale.hasPolicies()
                ? "Normalised: 100 (S − %s) / (%s − %s); %s."
                        .formatted(
                                raw.text(scale.random()),
                                raw.text(scale.expert()),
                                raw.text(scale.random()),
                                scale.source())
                : "Score: win rate. Normalised: " + scale.source() + ".";
    }

    private String prey() {
        String prey = section.cells().get(0).ingredients().get("part.prey");
        return prey == null ? "" : " (prey " + prey + ")";
    }

    private int tailEvaluations() {
        return section.lines().stream()
                .flatMap(line -> line.cells().stream())
                .mapToInt(cell -> cell.outcome().orElseThrow().tailEvaluations())
                .max()
                .orElse(0);
    }
}
