package org.cfcql.report.write;

import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import org.cfcql.report.model.Report;
import org.cfcql.report.read.ReportedCell;
import org.cfcql.stats.CsvText;

/** {@code budget.csv}: one row per cell and role. */
final class BudgetCsv {
    private static final CsvSchema SCHEMA =
            CsvSchema.builder()
                    .addColumns(
                            List.of(
                                    "run",
                                    "cell",
                                    "env",
                                    "dataset",
                                    "algorithm",
                                    "seed",
                                    "track",
                                    "role",
                                    "granted",
                                    "spent"),
                            CsvSchema.ColumnType.STRING)
                    .build()
                    .withHeader();

    private BudgetCsv() {}

    static void write(Report report, Writer target) throws IOException {
        try (SequenceWriter writer = new CsvMapper().writer(SCHEMA).writeValues(target)) {
            for (ReportedCell cell : report.cells()) {
                for (String role : cell.granted().keySet()) {
                    writer.write(
                            List.of(
                                    CsvText.quoted(cell.run()),
                                    CsvText.quoted(cell.id()),
                                    CsvText.quoted(cell.environment()),
                                    CsvText.quoted(cell.data().name()),
                                    CsvText.quoted(cell.label()),
                                    String.valueOf(cell.seed()),
                                    cell.track().label(),
                                    role,
                                    String.valueOf(cell.granted().get(role)),
                                    String.valueOf(cell.spent().getOrDefault(role, 0L))));
                }
            }
        }
    }
}
