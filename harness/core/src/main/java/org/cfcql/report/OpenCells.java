package org.cfcql.report;

import java.util.List;

/** The list of cells without a result. */
final class OpenCells {
    private OpenCells() {}

    static ReportTable table(Report report) {
        List<List<String>> rows =
                report.open().stream()
                        .map(cell -> List.of(cell.id(), cell.state().text(), cell.reason()))
                        .toList();
        return new ReportTable(
                "Cells without a result",
                List.of("cell", "state", "reason"),
                rows,
                0,
                List.of(
                        "None of their numbers is in a table. Running the experiment again retries"
                                + " them."));
    }
}
