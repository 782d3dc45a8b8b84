package org.cfcql.report.tables;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cfcql.report.Fixture;
import org.cfcql.report.MadeUpRun;
import org.cfcql.report.model.Report;
import org.cfcql.report.model.Section;
import org.cfcql.report.write.ReportFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BattleTableTest {
    @TempDir private Path folder;

    private MadeUpRun run(String environment) {
        return new MadeUpRun(folder.resolve("run"))
                .cell("cfcql", "", environment, "medium", 12.5, 0, 0.5)
                .cell("cfcql", "", environment, "medium", 12.5, 1, 0.25);
    }

    @Test
    void numbersOfThePaperBesideSmaxSayThatTheyAreOfAnotherGame() throws IOException {
        Report report = run("smax/2s3z").report();
        ReportTable table = ScoreTables.of(report.sections().get(0));
        assertThat(table.columns()).doesNotContain("paper").contains("win rate: final");
        int column = table.columns().indexOf("paper, on SMAC");
        assertThat(table.rows().get(0).get(column)).isEqualTo("0.40 ± 0.10");
        assertThat(table.rows())
                .anySatisfy(row -> assertThat(row.get(0)).isEqualTo("macql (paper, on SMAC)"));
        assertThat(table.notes()).anyMatch(note -> note.contains("SMAX is another game"));
        assertThat(table.caption()).contains("smax/2s3z").doesNotContain("smac");
        ReportFolder.write(report, folder.resolve("out"));
        assertThat(Files.readString(folder.resolve("out/scores.csv"))).doesNotContain("smac");
    }

    @Test
    void numbersOfThePaperStandBesideSmacAsTheyArePrinted() {
        ReportTable table = ScoreTables.of(run("smac/2s3z").report().sections().get(0));
        assertThat(table.rows().get(0).get(table.columns().indexOf("paper")))
                .isEqualTo("0.40 ± 0.10");
    }

    @Test
    void winRatesAndReturnsAreColumnsAndTheDataARowOfTheirOwn() {
        ReportTable table = ScoreTables.of(run("smax/2s3z").report().sections().get(0));
        List<String> names = table.columns();
        assertThat(table.rows().get(0).get(names.indexOf("win rate: final")))
                .isEqualTo("0.375 ± 0.177");
        // Ten times the score plus the number of the episode, 0 or 1.
        assertThat(table.rows().get(0).get(names.indexOf("return: final"))).isEqualTo("4.3 ± 1.8");
        List<String> data = table.rows().get(1);
        assertThat(data.get(0)).isEqualTo("data set mean");
        assertThat(data.get(names.indexOf("return: final"))).isEqualTo("12.5 ± 1.5");
        assertThat(data.get(names.indexOf("win rate: final"))).isEmpty();
    }

    @Test
    void theWinRateOfTheCollectingPolicyIsShownWhereItIsKnown() {
        MadeUpRun run = run("smax/2s3z");
        Fixture.replace(
                run.folder(),
                "cell.json",
                "\"stdReturn\":1.5",
                "\"stdReturn\":1.5,\"policyScore\":0.45");
        Section section = run.report().sections().get(0);
        ReportTable table = ScoreTables.of(section);
        assertThat(table.rows())
                .anySatisfy(row -> assertThat(row).startsWith("policy of the data", "", "0.450"));
    }
}
