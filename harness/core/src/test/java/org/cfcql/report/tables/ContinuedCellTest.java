package org.cfcql.report.tables;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.cfcql.report.MadeUpRun;
import org.cfcql.report.model.Report;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContinuedCellTest {
    private static final String MOVE = "from round 200 on cpu first -> second";

    @TempDir Path folder;

    @Test
    void aCellOfTwoMachinesIsMarkedInItsTableItsDetailsAndTheWarnings() throws IOException {
        MadeUpRun run = new MadeUpRun(folder);
        for (int seed = 0; seed < 3; seed++) {
            run.cell("bc", "", "equal_line/3", "expert", 8, seed, 7 + seed);
            run.cell("icql", "", "equal_line/3", "expert", 8, seed, 7 + seed);
        }
        moved("bc__equal_line-3__expert__s1__equal");

        Report report = run.report();
        ReportTable table = ScoreTables.of(report.sections().get(0));
        int column = table.columns().indexOf("continued elsewhere");

        assertThat(column).isPositive();
        assertThat(table.rows().stream().limit(2).map(row -> List.of(row.get(0), row.get(column))))
                .containsExactlyInAnyOrder(List.of("bc", "seed 1"), List.of("icql", ""));
        assertThat(report.warnings())
                .anyMatch(
                        warning ->
                                warning.contains(
                                                "bc__equal_line-3__expert__s1__equal was continued")
                                        && warning.contains(MOVE));
        assertThat(
                        report.cells().stream()
                                .map(cell -> Facts.of(cell).getOrDefault("continued", "")))
                .containsOnlyOnce(MOVE);
    }

    @Test
    void withoutSuchACellThereIsNoSuchColumn() {
        MadeUpRun run = new MadeUpRun(folder).cell("bc", "", "equal_line/3", "expert", 8, 0, 7);

        assertThat(ScoreTables.of(run.report().sections().get(0)).columns())
                .doesNotContain("continued elsewhere");
    }

    private void moved(String id) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        File file = folder.resolve("cells").resolve(id).resolve("result.json").toFile();
        ObjectNode result = (ObjectNode) mapper.readTree(file);
        ObjectNode move = result.putArray("continuations").addObject();
        move.put("round", 200);
        move.putArray("differences")
                .addObject()
                .put("field", "cpu")
                .put("before", "first")
                .put("after", "second");
        mapper.writeValue(file, result);
    }
}
