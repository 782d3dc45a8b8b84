package org.cfcql.report.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cfcql.report.Fixture;
import org.cfcql.report.KnownAlgorithms;
import org.cfcql.report.model.Report;
import org.cfcql.report.read.RunReader;
import org.cfcql.stats.ScoreTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names of others reach no output raw. */
class ForeignNamesTest {
    @TempDir private Path folder;

    private void named(String name) {
        Path run = Fixture.copyTo(folder.resolve("run"));
        Fixture.replaceEverywhere(run, "\"simple_spread-random\"", "\"" + name + "\"");
        ReportFolder.write(
                Report.of(List.of(RunReader.read(run)), KnownAlgorithms.publications()),
                folder.resolve("out"));
    }

    @Test
    void aLineBreakInANameStaysInItsLineOfLatex() throws IOException {
        named("a\\n\\\\input{/etc/passwd}%\\u001b[2J");
        String tex = Files.readString(folder.resolve("out/table.tex"));
        assertThat(tex).contains("input").doesNotContain("\u001b");
        assertThat(tex.lines().filter(line -> !line.startsWith("%")))
                .noneMatch(line -> line.contains("\\input"))
                .anyMatch(line -> line.contains("textbackslash input"));
    }

    @Test
    void aNameLikeAFormulaIsTextInCsvAndComesBackAsItWas() throws IOException {
        named("=HYPERLINK(1)");
        Path scores = folder.resolve("out/scores.csv");
        assertThat(Files.readString(scores)).contains("\"'=HYPERLINK(1)\"").doesNotContain("\"=");
        assertThat(Files.readString(folder.resolve("out/budget.csv"))).doesNotContain("\"=");
        assertThat(ScoreTable.read(scores).rows())
                .extracting(row -> row.dataset())
                .containsOnly("=HYPERLINK(1)");
    }

    @Test
    void linksOfNotesLeadToPagesOnly() {
        String html = Notes.html("[a](data:text/html;base64,xx) [b](javascript:x) [c](https://d)");
        assertThat(html)
                .doesNotContain("data:")
                .doesNotContain("javascript:")
                .contains("https://d");
    }
}
