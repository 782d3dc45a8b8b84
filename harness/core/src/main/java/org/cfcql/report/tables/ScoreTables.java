package org.cfcql.report.tables;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.cfcql.report.model.PaperTables;
import org.cfcql.report.model.References.Reference;
import org.cfcql.report.model.ScoreLine;
import org.cfcql.report.model.Section;
import org.cfcql.report.read.DataFacts;
import org.cfcql.report.read.Spread;
import org.cfcql.stats.Interval;

/** The score table of a section. */
public final class ScoreTables {
    private static final String RATIO = "ratio to the data's mean return";
    private static final String NORMALISED = "normalised: final";
    private static final String SCORE = "score: final";
    private static final String WIN_RATE = "win rate: final";
    private static final String RETURN = "return: final";

    private final Section section;
    private final Numbers raw;
    private final Numbers scaled = new Numbers(1);
    private final Numbers ratio = new Numbers(3);
    private final List<Column> columns = new ArrayList<>();

    /** A heading and what stands below it in the row of a line. */
    private record Column(String name, Function<ScoreLine, String> text) {}

    private ScoreTables(Section section) {
        this.section = section;
        this.raw = new Numbers(section.isBattle() ? 3 : decimals(section));
        columns.add(new Column("algorithm", ScoreLine::label));
        columns.add(new Column("seeds", ScoreTables::seeds));
        if (section.isBattle()) {
            addBattle();
        } else if (section.reference().isPresent()) {
            addNormalised(section.reference().get());
        } else {
            addScores();
        }
        addWhereSaid("variant", ScoreLine::form);
        addWhereSaid("beside its budget", ScoreTables::auxiliary);
        addWhereSaid("continued elsewhere", ScoreTables::continued);
    }

    /** A column that stays away where no line has anything to say in it. */
    private void addWhereSaid(String name, Function<ScoreLine, String> text) {
        if (section.lines().stream().anyMatch(line -> !text.apply(line).isEmpty())) {
            add(name, text);
        }
    }

    /** Training of auxiliary models, which the budget of the experiment does not contain. */
    private static String auxiliary(ScoreLine line) {
        long steps = line.cells().get(0).spent().getOrDefault("AUXILIARY", 0L);
        return steps == 0 ? "" : Numbers.count(steps) + " auxiliary steps";
    }

    /** Seeds that are not the work of one machine, build and kernel set. */
    private static String continued(ScoreLine line) {
        String seeds =
                line.cells().stream()
                        .filter(cell -> !cell.continuations().isEmpty())
                        .map(cell -> String.valueOf(cell.seed()))
                        .collect(Collectors.joining(", "));
        return seeds.isEmpty() ? "" : "seed " + seeds;
    }

    /** Returns of at most ten need more digits than those of hundreds. */
    private static int decimals(Section section) {
        return BehaviourRatio.isDefined(section) ? 2 : 1;
    }

    /** Lines of the runs, then rows for orientation. */
    public static ReportTable of(Section section) {
        return new ScoreTables(section).table();
    }

    private ReportTable table() {
        List<List<String>> rows = new ArrayList<>();
        for (ScoreLine line : section.lines()) {
            rows.add(columns.stream().map(column -> column.text().apply(line)).toList());
        }
        List<List<String>> references = referenceRows();
        rows.addAll(references);
        return new ReportTable(section.title(), names(), rows, references.size(), notes());
    }

    private List<String> names() {
        return columns.stream().map(Column::name).toList();
    }

    private static String seeds(ScoreLine line) {
        return line.cells().size() == line.planned()
                ? String.valueOf(line.planned())
                : line.cells().size() + " of " + line.planned();
    }

    private void add(String name, Function<ScoreLine, String> text) {
        columns.add(new Column(name, text));
    }

    private void addPaper() {
        if (!section.paper().isEmpty()) {
            add(
                    section.paperName(),
                    line -> section.paper().getOrDefault(line.algorithm(), Numbers.NONE));
        }
    }

    private void addBattle() {
        add(WIN_RATE, line -> raw.text(line.score()));
        addPaper();
        add("win rate: IQM [95 %]", line -> raw.text(line.interquartileMean()));
        add("win rate: tail mean", line -> raw.text(line.tail()));
        add("win rate: best", line -> raw.text(line.best()));
        add(RETURN, line -> scaled.text(line.returns()));
    }

    private void addNormalised(Reference scale) {
        add(NORMALISED, line -> scaled.text(normalize(scale, line.score())));
        addPaper();
        add(
                "normalised: IQM [95 %]",
                line -> {
                    Interval interval = line.interquartileMean();
                    return scaled.text(
                            new Interval(
                                    scale.normalize(interval.point()),
                                    scale.normalize(interval.low95()),
                                    scale.normalize(interval.high95())));
                });
        add("normalised: tail mean", line -> scaled.text(normalize(scale, line.tail())));
        add("normalised: best", line -> scaled.text(normalize(scale, line.best())));
        add(SCORE, line -> raw.text(line.score()));
        add("score: tail mean", line -> raw.text(line.tail()));
    }

    private void addScores() {
        add(SCORE, line -> raw.text(line.score()));
        if (BehaviourRatio.isDefined(section)) {
            add(RATIO, line -> ratio.text(BehaviourRatio.of(section, line.score())));
        }
        add("score: IQM [95 %]", line -> raw.text(line.interquartileMean()));
        add("score: tail mean", line -> raw.text(line.tail()));
        add("score: best", line -> raw.text(line.best()));
    }

    static Spread normalize(Reference scale, Spread spread) {
        return new Spread(scale.normalize(spread.mean()), scale.normalizeWidth(spread.deviation()));
    }

    private List<List<String>> referenceRows() {
        List<List<String>> rows = new ArrayList<>();
        Spread returns = section.data().returns();
        if (section.isBattle()) {
            addBattleReferences(rows);
        } else if (Double.isFinite(returns.mean())) {
            rows.add(reference("data set mean", returns));
        }
        if (section.reference().isPresent() && !section.isBattle()) {
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
                        (algorithm, score) ->
                                rows.add(
                                        row(
                                                algorithm + " (" + section.paperName() + ")",
                                                Map.of(section.paperName(), score))));
        return rows;
    }

    /** A battle's score is a win rate, which the returns on a card do not tell. */
    private void addBattleReferences(List<List<String>> rows) {
        DataFacts data = section.data();
        if (Double.isFinite(data.returns().mean())) {
            rows.add(row("data set mean", Map.of(RETURN, scaled.text(data.returns()))));
        }
        if (Double.isFinite(data.policyScore())) {
            rows.add(row("policy of the data", Map.of(WIN_RATE, raw.text(data.policyScore()))));
        }
    }

    private Map<String, String> unmatchedPaperScores() {
        Map<String, String> others = new TreeMap<>(section.paper());
        section.lines().forEach(line -> others.remove(line.algorithm()));
        return others;
    }

    private List<String> reference(String name, Spread score) {
        Map<String, String> cells = new TreeMap<>(Map.of(SCORE, raw.text(score)));
        section.reference()
                .ifPresent(scale -> cells.put(NORMALISED, scaled.text(normalize(scale, score))));
        return row(name, cells);
    }

    private List<String> row(String name, Map<String, String> cells) {
        List<String> row = new ArrayList<>();
        row.add(name);
        columns.stream().skip(1).forEach(column -> row.add(cells.getOrDefault(column.name(), "")));
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
        if (!section.paperName().equals("paper")) {
            return "Paper, on SMAC: win rates printed there for SMAC's battle of the same units,"
                    + " mean ± deviation over five seeds, on the authors' own data. SMAX is another"
                    + " game: the two columns are not the same quantity and stand side by side for"
                    + " orientation only.";
        }
        // spec 3.1: these columns were not run by the paper's authors.
        return section.isBattle() ? note : note + " " + PaperTables.originOfContinuousNumbers();
    }

    private String scaleNote(Reference scale) {
        return !section.isBattle()
                ? "Normalised: 100 (S − %s) / (%s − %s); %s."
                        .formatted(
                                raw.text(scale.random()),
                                raw.text(scale.expert()),
                                raw.text(scale.random()),
                                scale.source())
                : "Win rate: share of episodes won; in scores.csv normalised is "
                        + scale.source()
                        + ". Return: mean over the same final episodes."
                        + " Policy of the data: its win rate in its own final evaluation.";
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
