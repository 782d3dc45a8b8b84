package org.cfcql.report.model;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeSet;
import org.cfcql.report.read.ReportedCell;
import org.cfcql.report.read.RunData;
import org.cfcql.stats.ScoreRow;
import org.cfcql.stats.ScoreTable;

/**
 * What all writers write.
 *
 * @param title names of the experiments
 * @param runs the folders it was made from
 * @param sections comparable runs
 * @param warnings what a reader must know first
 * @param cells all cells, also those without a result
 */
public record Report(
        String title,
        List<RunData> runs,
        List<Section> sections,
        List<String> warnings,
        List<ReportedCell> cells) {

    /**
     * Arranges runs with the references and published tables that come with the harness.
     *
     * @param publications what is known of the algorithms
     */
    public static Report of(List<RunData> runs, Publications publications) {
        List<ReportedCell> cells = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>();
        for (RunData run : runs) {
            cells.addAll(run.cells());
            names.add(run.name());
        }
        List<Section> sections = new Sections(References.shipped(), publications).of(cells);
        return new Report(
                String.join(", ", names),
                List.copyOf(runs),
                List.copyOf(sections),
                Warnings.of(cells, sections),
                List.copyOf(cells));
    }

    /** Cells without a result, in order. */
    public List<ReportedCell> open() {
        return cells.stream().filter(cell -> cell.outcome().isEmpty()).toList();
    }

    /** The rows of {@code scores.csv}. */
    public ScoreTable scores() {
        List<ScoreRow> rows = new ArrayList<>();
        for (Section section : sections) {
            for (ScoreLine line : section.lines()) {
                for (ReportedCell cell : line.cells()) {
                    double score = cell.outcome().orElseThrow().score();
                    rows.add(
                            new ScoreRow(
                                    section.task(),
                                    section.data().name(),
                                    line.label(),
                                    cell.seed(),
                                    cell.track().label(),
                                    score,
                                    section.reference()
                                            .map(scale -> scale.normalize(score))
                                            .map(OptionalDouble::of)
                                            .orElse(OptionalDouble.empty())));
                }
            }
        }
        return new ScoreTable(rows);
    }
}
