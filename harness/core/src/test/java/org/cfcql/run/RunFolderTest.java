package org.cfcql.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cfcql.error.MachineFault;
import org.cfcql.error.UserError;
import org.cfcql.lock.HeldLock;
import org.cfcql.run.experiment.Experiment;
import org.cfcql.run.experiment.ExperimentReader;
import org.cfcql.run.folder.CellFolder;
import org.cfcql.run.folder.CellStatus;
import org.cfcql.run.folder.RunFolder;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.JsonLinesFile;
import org.cfcql.run.storage.Storage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
    @TempDir Path folder;

    @Test
    void theStoredPlanIsThePlan() {
        RunFolder run = prepared();
        assertThat(run.plan()).isEqualTo(ExperimentTest.plan(ExperimentTest.TEXT));
        assertThat(experimentFrom(run)).isEqualTo(experiment());
    }

    @Test
    void theScaleIsPartOfTheStoredPlan() {
        RunFolder run = new RunFolder(folder.resolve("scaled"));
        prepare(run, "scale=0.5");
        assertThat(run.plan()).isEqualTo(ExperimentTest.plan(ExperimentTest.TEXT, "scale=0.5"));
        prepare(run, "scale=0.5", "seeds=[0, 1]");
    }

    @Test
    void anExperimentThatOnlyAddsCellsIsAccepted() {
        RunFolder run = prepared();
        prepare(run, "seeds=[0, 1]");
        prepare(run, "seeds=[0, 1]", "algorithms={fake: {}, fake-pretrained: {}}");
        assertThat(run.plan().cells()).hasSize(4);
    }

    @Test
    void anyOtherChangeIsRefusedWithTheFieldsThatDiffer() throws IOException {
        RunFolder run = prepared();
        String before = Files.readString(run.planFile());
        assertThatThrownBy(() -> prepare(run, "budget.rounds=11", "evaluation.episodes=4"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("budget.rounds: 10 -> 11")
                .hasMessageContaining("evaluation.episodes: 2 -> 4");
        assertThatThrownBy(() -> prepare(run, "algorithms.fake.alpha=0.1"))
                .hasMessageContaining("algorithms.fake.alpha: (absent) -> 0.1");
        assertThatThrownBy(() -> prepare(run, "scale=0.5"))
                .hasMessageContaining("scale: (absent) -> 0.5");
        assertThatThrownBy(() -> prepare(run, "seeds=[1]"))
                .as("taking cells away")
                .hasMessageContaining("seeds: [0] -> [1]");
        assertThat(Files.readString(run.planFile())).isEqualTo(before);
    }

    @Test
    void aPlanOfANewerVersionIsRefused() {
        RunFolder run = prepared();
        Storage.writeJson(run.planFile(), Map.of("schema", 2, "cells", List.of()));
        assertThatThrownBy(run::plan)
                .isInstanceOf(UserError.class)
                .hasMessageContaining("found schema 2")
                .hasMessageContaining("newer cfcql");
    }

    @Test
    void aSecondParentIsRefused() {
        RunFolder run = prepared();
        try (HeldLock held = run.lock().orElseThrow()) {
            assertThat(run.lock()).as("beside %s", held).isEmpty();
        }
        Optional<HeldLock> next = run.lock();
        assertThat(next).isPresent();
        next.get().close();
    }

    @Test
    void aFullDiskIsAMachineFaultInOneLine() {
        assertThatThrownBy(
                        () -> {
                            try (JsonLinesFile full = new JsonLinesFile(Path.of("/dev/full"), 0)) {
                                full.append(Map.of("round", 1));
                            }
                        })
                .isInstanceOf(MachineFault.class)
                .hasMessageContaining("No space left on device")
                .hasMessageNotContaining("\n");
    }

    @Test
    void theStatusOfACellFollowsItsFiles() throws IOException {
        RunFolder run = prepared();
        Cell cell = run.plan().cells().get(0);
        CellFolder files = run.cell(cell.id());
        assertThat(CellStatus.read(cell, files).state()).isEqualTo(CellStatus.State.WAITING);
        Files.createDirectories(files.path());
        Files.writeString(
                files.timing(),
                """
                {"event":"start","round":0,"elapsedMs":100.0}
                {"event":"restart","round":4,"elapsedMs":900.0}
                {"event":"checkpoint","round":6,"elapsedMs":4900.0}
                {"event":"torn
                """
                        .stripTrailing());
        assertThat(CellStatus.read(cell, files).state()).isEqualTo(CellStatus.State.STOPPED);
        Storage.writeJson(files.failure(), Map.of("exitCode", 5, "message", "no number"));
        CellStatus failed = CellStatus.read(cell, files);
        assertThat(failed.state()).isEqualTo(CellStatus.State.FAILED);
        assertThat(failed.error()).isEqualTo("no number");
        assertThat(failed.restarts()).isEqualTo(1);
        assertThat(failed.round()).isEqualTo(6);
        Storage.deleteTree(files.failure());
        Storage.writeJson(files.result(), Map.of("cell", "another", "score", 2.5));
        CellStatus damaged = CellStatus.read(cell, files);
        assertThat(damaged.state()).isEqualTo(CellStatus.State.DAMAGED);
        assertThat(damaged.error()).contains("found one of \"another\"", "delete ");
    }

    private RunFolder prepared() {
        RunFolder run = new RunFolder(folder);
        prepare(run);
        return run;
    }

    private static void prepare(RunFolder run, String... overrides) {
        Experiment experiment =
                ExperimentReader.parse(ExperimentTest.TEXT, "trial", List.of(overrides));
        run.prepare(experiment, Preflight.plan(experiment, FakeServices.create()));
    }

    private static Experiment experiment() {
        return ExperimentReader.parse(ExperimentTest.TEXT, "trial", List.of());
    }

    private static Experiment experimentFrom(RunFolder run) {
        return ExperimentReader.read(run.experiment(), List.of());
    }
}
