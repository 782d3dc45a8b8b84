package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class ReportCommandTest {
    private static final Path CORE = Path.of("../core/src/test/resources/org/cfcql");
    private static final String RUN = CORE.resolve("report/run").toString();

    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void theLastLineIsThePageAndAllFilesAreThere() {
        assertThat(execute("report", RUN, "--out", folder.toString())).isZero();
        assertThat(out.toString().lines().reduce("", (before, line) -> line))
                .isEqualTo(folder.resolve("report.html").toString());
        assertThat(folder.toFile().list())
                .containsExactlyInAnyOrder(
                        "report.html", "table.md", "table.tex", "scores.csv", "budget.csv");
        assertThat(err.toString()).contains("2 of 6 cells have no result");
    }

    @Test
    void aReportsScoresAreGoodForStats() throws IOException {
        execute("report", RUN, "--out", folder.toString());
        out.getBuffer().setLength(0);
        String scores = folder.resolve("scores.csv").toString();
        assertThat(execute("stats", scores, "--json", "--resamples", "100")).isZero();
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.at("/aggregates/cfcql/mean/point").asDouble()).isBetween(69.9, 70.0);
    }

    @Test
    void aFolderWithoutCellsIsRefusedAndNothingIsWritten() {
        Path target = folder.resolve("out");
        assertThat(execute("report", folder.toString(), "--out", target.toString())).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(target).doesNotExist();
    }

    @Test
    void anUnknownTrackAndAMissingFileAreRefusedInOneLine() throws IOException {
        Path scores = folder.resolve("scores.csv");
        Files.writeString(
                scores, "env,dataset,algorithm,seed,track,score,normalized\ne,d,a,0,equal,1,1\n");
        assertThat(execute("stats", scores.toString(), "--track", "paper")).isEqualTo(2);
        assertThat(execute("stats", folder.resolve("none.csv").toString())).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(2).allMatch(line -> line.startsWith("cfcql: "));
    }

    private int execute(String... arguments) {
        CommandLine commandLine =
                Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return commandLine.execute(arguments);
    }
}
