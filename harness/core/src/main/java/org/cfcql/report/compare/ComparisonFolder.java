package org.cfcql.report.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import org.cfcql.report.write.ReportFolder;

/** The folder into which a comparison is written. */
public final class ComparisonFolder {
    private ComparisonFolder() {}

    /**
     * Writes {@code compare.md}, {@code compare.csv} and {@code compare.json}, each whole or not at
     * all.
     *
     * @throws org.cfcql.error.MachineFault if the folder cannot be written
     */
    public static void write(SideComparison comparison, Path folder) {
        ReportFolder.writing(
                folder,
                () -> {
                    ReportFolder.replace(
                            folder.resolve("compare.md"), ComparisonTables.markdown(comparison));
                    ReportFolder.replace(folder.resolve("compare.csv"), csv(comparison));
                    ReportFolder.replace(folder.resolve("compare.json"), json(comparison));
                });
    }

    private static String csv(SideComparison comparison) throws IOException {
        StringWriter text = new StringWriter();
        ComparisonFiles.csv(comparison, text);
        return text.toString();
    }

    private static String json(SideComparison comparison) throws IOException {
        return new ObjectMapper()
                        .writerWithDefaultPrettyPrinter()
                        .writeValueAsString(ComparisonFiles.json(comparison))
                + "\n";
    }
}
