package org.cfcql.report.tables;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.cfcql.report.model.Report;
import org.cfcql.report.read.ReportedCell;

/** What was run, in one sentence. */
public final class Overview {
    private Overview() {}

    /** The sentence: what, where, with which data, and how much of it is finished. */
    public static String sentence(Report report) {
        List<ReportedCell> cells = report.cells();
        long finished = cells.size() - report.open().size();
        return "%s on %s with data %s; seeds %s; track %s; %d of %d cells finished."
                .formatted(
                        distinct(cells, ReportedCell::algorithm),
                        distinct(cells, ReportedCell::environment),
                        distinct(cells, cell -> cell.data().name()),
                        distinct(cells, cell -> String.valueOf(cell.seed())),
                        distinct(cells, cell -> cell.track().label()),
                        finished,
                        cells.size());
    }

    private static String distinct(List<ReportedCell> cells, Function<ReportedCell, String> part) {
        return cells.stream()
                .map(part)
                .filter(text -> !text.isEmpty())
                .distinct()
                .collect(Collectors.joining(", "));
    }
}
