package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.cfcql.outcome.CellOutcome;
import org.cfcql.run.folder.RunFolder;
import org.cfcql.run.plan.Cell;
import org.junit.jupiter.api.Test;

class CellSummaryTest {
    private static final Path KEPT = Path.of("../../results/runs/equal_line-qmix");

    /** Ten thousand cells with all their episodes do not fit into the memory of a command. */
    @Test
    void theEpisodesOfADoneCellAreCheckedAndLetGo() {
        RunFolder run = new RunFolder(KEPT);
        Cell cell = run.plan().cells().get(0);
        CellOutcome whole = run.cell(cell.id()).outcome(cell).orElseThrow();

        CellSummary summary = CellSummary.of(cell, run.cell(cell.id()), List.of());

        assertThat(whole.evaluations()).hasSizeGreaterThan(600);
        assertThat(summary.outcome().orElseThrow().evaluations()).isEmpty();
        assertThat(summary.line())
                .isEqualTo(
                        "done    qmix__equal_line-2__online__s0__paper score 9.944"
                                + " critic 6250/6250 actor 0/6250 batch 6250/6250");
    }
}
