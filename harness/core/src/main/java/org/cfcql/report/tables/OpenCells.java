package org.cfcql.report.tables;

import java.util.List;
import org.cfcql.report.model.Report;

/** The list of cells without a result. */
public final class OpenCells {
    private OpenCells() {}

    /** One row per cell without a result: its state and why it failed. */
    public static ReportTable table(Report report) {
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
