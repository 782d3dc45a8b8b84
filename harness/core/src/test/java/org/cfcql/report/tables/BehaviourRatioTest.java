package org.cfcql.report.tables;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cfcql.report.MadeUpRun;
import org.cfcql.report.model.Report;
import org.cfcql.report.model.Section;
import org.cfcql.report.write.ReportFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BehaviourRatioTest {
    @TempDir private Path folder;

    private MadeUpRun lines() {
        MadeUpRun run = new MadeUpRun(folder.resolve("run"));
        for (int agents : List.of(2, 10)) {
            for (long seed : List.of(0L, 1L)) {
                String task = "equal_line/" + agents;
                // Behaviour policies return 8 and 5; CFCQL keeps its share, MACQL loses it.
                double behaviour = agents == 2 ? 8 : 5;
                run.cell(
                        "cfcql",
                        "",
                        task,
                        "expert",
                        behaviour,
                        seed,
                        behaviour * (0.9 + 0.1 * seed));
                run.cell("macql", "", task, "expert", behaviour, seed, agents == 2 ? 6 : 1);
            }
        }
        return run;
    }

    @Test
    void scoresAreDividedByTheMeanReturnOfTheirOwnData() {
        Report report = lines().report();
        ReportTable table =
                ScoreTables.of(
                        report.sections().stream()
                                .filter(section -> section.task().equals("equal_line/2"))
                                .findFirst()
                                .orElseThrow());
        int column = table.columns().indexOf("ratio to the data's mean return");
        assertThat(table.rows().get(0).get(0)).isEqualTo("cfcql");
        assertThat(table.rows().get(0).get(column)).isEqualTo("0.950 ± 0.071");
        assertThat(table.rows().get(1).get(column)).isEqualTo("0.750 ± 0.000");
    }

    @Test
    void ratiosStandOverTheNumberOfAgentsInTheOrderOfNumbers() {
        List<Figure> figures = Figures.of(lines().report());
        assertThat(figures).hasSize(1);
        ReportTable table = figures.get(0).table();
        assertThat(table.columns()).containsExactly("algorithm", "n = 2", "n = 10");
        assertThat(table.rows())
                .containsExactly(
                        List.of("cfcql", "0.950 ± 0.071", "0.950 ± 0.071"),
                        List.of("macql", "0.750 ± 0.000", "0.200 ± 0.000"));
        assertThat(table.notes())
                .anyMatch(note -> note.contains("Paper, Figure 2(b)"))
                .contains("Found: macql goes from 0.750 at n = 2 to 0.200 at n = 10 (× 0.27).");
    }

    @Test
    void theFigureIsInEveryFormatAndTheCurvesCountGradientSteps() throws IOException {
        Path out = folder.resolve("out");
        ReportFolder.write(lines().report(), out);
        assertThat(Files.readString(out.resolve("table.md"))).contains("| macql | 0.750 ± 0.000 |");
        assertThat(Files.readString(out.resolve("table.tex")))
                .contains("macql & 0.750 $\\pm$ 0.000");
        assertThat(Files.readString(out.resolve("report.html")))
                .contains("id=\"figure-0\"")
                .contains("\"xTitle\":\"gradient steps\"");
        assertThat(Files.readString(out.resolve("scores.csv")))
                .contains("equal_line/2,expert,cfcql,0,equal,7.2,\n");
    }

    @Test
    void aRatioOfReturnsThatMayBeNegativeIsNotShown() {
        MadeUpRun run = new MadeUpRun(folder.resolve("run"));
        run.cell("cfcql", "", "mpe/simple_tag", "medium", 12, 0, 10);
        run.cell("cfcql", "", "equal_line/2", "expert", 0, 0, 10);
        Report report = run.report();
        assertThat(Figures.of(report)).isEmpty();
        for (Section section : report.sections()) {
            assertThat(ScoreTables.of(section).columns()).noneMatch(name -> name.contains("ratio"));
        }
    }
}
