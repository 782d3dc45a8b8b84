package org.cfcql.report;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What was run, in one sentence. */
final class Overview {
    private Overview() {}

    static String sentence(Report report) {
        List<CellData> cells = report.cells();
        long finished = cells.size() - report.open().size();
        return "%s on %s with data %s; seeds %s; track %s; %d of %d cells finished."
                .formatted(
                        distinct(cells, CellData::algorithm),
                        distinct(cells, CellData::environment),
                        distinct(cells, cell -> cell.data().name()),
                        distinct(cells, cell -> String.valueOf(cell.seed())),
                        distinct(cells, cell -> cell.track().label()),
                        finished,
                        cells.size());
    }

    private static String distinct(List<CellData> cells, Function<CellData, String> part) {
        return cells.stream()
                .map(part)
                .filter(text -> !text.isEmpty())
                .distinct()
                .collect(Collectors.joining(", "));
    }
}
