package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cfcql.run.Preflight;
import org.cfcql.run.experiment.Experiment;
import org.cfcql.run.experiment.ExperimentReader;
import org.cfcql.run.folder.RunFolder;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.plan.Plan;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What {@code cfcql worker --detached} promises whatever engine calls it. */
@ExtendWith(CheckoutHome.class)
class DetachedWorkerTest {
    @TempDir Path folder;
    private RunFolder run;
    private List<String> ids;

    @BeforeEach
    void aPreparedRunOfThreeCells() throws IOException {
        Path experiment = SmallData.writeTrial(folder);
        run = new RunFolder(folder.resolve("run"));
        Experiment read =
                ExperimentReader.read(experiment, List.of("seeds=[0,1,2]", "evaluation=none"));
        Plan plan = Preflight.plan(read, Wiring.services());
        run.prepare(read, plan);
        ids = plan.cells().stream().map(Cell::id).toList();
    }

    private Ended worker(String task) {
        return Ended.of(
                "worker",
                "--detached",
                "--run",
                run.path().toString(),
                "--list",
                folder.resolve("tasks.txt").toString(),
                "--task",
                task);
    }

    @Test
    void aTaskRunsItsCellsAndOnesThatAreDoneEndWithZeroWithoutBeingStarted() throws IOException {
        Files.writeString(
                folder.resolve("tasks.txt"), ids.get(0) + " " + ids.get(1) + "\n" + ids.get(2));
        Ended first = worker("0");
        assertThat(first.code()).as(first.err()).isZero();
        assertThat(run.cell(ids.get(0)).result()).exists();
        assertThat(run.cell(ids.get(1)).result()).exists();
        assertThat(run.cell(ids.get(2)).path()).doesNotExist();
        Ended again = worker("0");
        assertThat(again.code()).isZero();
        assertThat(again.err().lines())
                .containsExactly("done before " + ids.get(0), "done before " + ids.get(1));
    }

    @Test
    void aTaskThatTheListDoesNotHaveIsAWrongCall() throws IOException {
        Files.writeString(folder.resolve("tasks.txt"), ids.get(0) + "\n");
        Ended beyond = worker("1");
        assertThat(beyond.code()).isEqualTo(2);
        assertThat(beyond.err()).contains("expected a task from 0 to 0");
        Files.delete(folder.resolve("tasks.txt"));
        assertThat(worker("0").code()).isEqualTo(2);
        Ended neither = Ended.of("worker", "--detached", "--run", run.path().toString());
        assertThat(neither.code()).isEqualTo(2);
        assertThat(neither.err()).contains("expected --cell ID, or --detached with --list FILE");
    }
}
