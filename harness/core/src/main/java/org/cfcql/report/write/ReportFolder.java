package org.cfcql.report.write;

import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.cfcql.error.MachineFault;
import org.cfcql.error.OrderlyEnd;
import org.cfcql.report.model.Report;
import org.cfcql.report.tables.Aggregates;
import org.cfcql.report.tables.ReportTable;

/** The folder into which a report is written. */
public final class ReportFolder {
    private ReportFolder() {}

    /**
     * Writes {@code report.html}, {@code table.md}, {@code table.tex}, {@code scores.csv} and
     * {@code budget.csv}, each whole or not at all.
     *
     * @return the page
     * @throws MachineFault if the folder cannot be written
     */
    public static Path write(Report report, Path folder) {
        Path page = folder.resolve("report.html");
        List<ReportTable> aggregates = Aggregates.of(report);
        writing(
                folder,
                () -> {
                    replace(folder.resolve("table.md"), MarkdownWriter.write(report, aggregates));
                    replace(folder.resolve("table.tex"), LatexWriter.write(report, aggregates));
                    replace(folder.resolve("scores.csv"), csv(report.scores()::write));
                    replace(
                            folder.resolve("budget.csv"),
                            csv(target -> BudgetCsv.write(report, target)));
                    replace(page, HtmlWriter.write(report, aggregates));
                });
        return page;
    }

    /** Writes files. */
    public interface Writing {
        /** Writes all of them. */
        void run() throws IOException;
    }

    /**
     * Writes files into a folder that is made for them.
     *
     * @throws MachineFault if the folder cannot be written
     */
    public static void writing(Path folder, Writing files) {
        try {
            Files.createDirectories(folder);
            files.run();
        } catch (IOException failure) {
            throw new MachineFault(
                    "expected to write a report into "
                            + folder
                            + ", found: "
                            + failure
                            + "; free space or give another --out",
                    failure);
        }
    }

    private interface CsvSource {
        void writeTo(Writer target) throws IOException;
    }

    private static String csv(CsvSource source) throws IOException {
        StringWriter text = new StringWriter();
        source.writeTo(text);
        return text.toString();
    }

    /** Writes a file whole or not at all. */
    public static void replace(Path file, String text) throws IOException {
        OrderlyEnd.safePlace();
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, text);
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
