package org.cfcql.report.tables;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cfcql.report.MadeUpRun;
import org.cfcql.report.model.Section;
import org.cfcql.report.write.ReportFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ValueCurvesTest {
    private static final String TASK = "toy/consensus-5";

    @TempDir private Path folder;

    private MadeUpRun run() {
        MadeUpRun run = new MadeUpRun(folder.resolve("run"));
        for (long seed : List.of(0L, 1L)) {
            run.cell("cfcql", "alpha=0", TASK, "above", 1, seed, 0.4);
            run.values(900 + 200 * seed);
            run.cell("cfcql", "alpha=500", TASK, "above", 1, seed, 0.9);
            run.values(8);
        }
        return run;
    }

    @Test
    void valuesOfEachLineStandBesideTheLargestDiscountedReturn() {
        Section section = run().report().sections().get(0);
        ReportTable table = ValueCurves.table(section);
        // Values grow linearly, so the last tenth averages 95 % of the last, and a bin covers two.
        assertThat(table.rows().get(0)).startsWith("cfcql[alpha=0]", "951.25 ± 134.53");
        assertThat(table.rows().get(0).get(2)).startsWith("1098.");
        assertThat(table.rows().get(1)).startsWith("cfcql[alpha=500]", "7.61 ± 0.00");
        // 1 / (1 - 0.8)
        assertThat(table.rows().get(2)).isEqualTo(List.of("largest discounted return", "5.00", ""));
        assertThat(table.references()).isEqualTo(1);
    }

    @Test
    void thePageAndTheTablesHaveThem() throws IOException {
        Path out = folder.resolve("out");
        ReportFolder.write(run().report(), out);
        assertThat(Files.readString(out.resolve("report.html")))
                .contains("id=\"values-0\"")
                .contains("\"name\":\"largest discounted return\",\"y\":5.0");
        assertThat(Files.readString(out.resolve("table.md"))).contains("largest discounted return");
    }

    @Test
    void otherTasksHaveNoBoundAndCellsWithoutTheMetricNoValues() {
        MadeUpRun run = new MadeUpRun(folder.resolve("run"));
        run.cell("cfcql", "", "equal_line/2", "expert", 8, 0, 7).values(3);
        run.cell("cfcql", "", "equal_line/4", "expert", 8, 0, 7);
        List<Section> sections = run.report().sections();
        assertThat(sections).extracting(ValueCurves::exist).containsExactly(true, false);
        assertThat(ValueCurves.bound(sections.get(0))).isEmpty();
    }
}
