package org.cfcql.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.cfcql.error.UserError;
import org.cfcql.nativecode.LibTorchRuntime;
import org.cfcql.nativecode.RuntimeReport;
import org.cfcql.outcome.CellOutcome;
import org.cfcql.outcome.Continuations;
import org.cfcql.run.cell.CellRunner;
import org.cfcql.run.folder.CellFolder;
import org.cfcql.run.folder.CellProvenance;
import org.cfcql.run.folder.CheckpointState;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.Storage;
import org.cfcql.run.storage.WritePoints;
import org.cfcql.run.training.CellProgress;
import org.cfcql.run.training.RunOptions;
import org.cfcql.run.training.StopSignal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cell that another machine, build or kernel set went on with says so for good. */
class ContinuedElsewhereTest {
    @TempDir Path folder;
    private Cell cell;
    private CellFolder files;

    @BeforeEach
    void plan() throws IOException {
        cell = ExperimentTest.plan(ExperimentTest.TEXT, "algorithms={fake: {}}").cells().get(0);
        files = new CellFolder(folder.resolve(cell.id()));
        Files.createDirectories(files.path());
    }

    @Test
    void theResultNamesWhereAndWhatDiffered() throws IOException {
        train("1.0", "AVX512", 1);
        train("1.0", "absent: no library", -1);

        JsonNode moves = result().path("continuations");
        assertThat(moves).hasSize(1);
        assertThat(moves.at("/0/round").asInt()).isEqualTo(4);
        assertThat(moves.at("/0/differences").toString())
                .isEqualTo(
                        "[{\"field\":\"nativeKernels\",\"before\":\"AVX512\","
                                + "\"after\":\"absent: no library\"}]");
        assertThat(Continuations.of(result()))
                .containsExactly("from round 4 on nativeKernels AVX512 -> absent: no library");
    }

    @Test
    void everyMoveIsKeptAlsoTheOneBack() throws IOException {
        train("1.0", "AVX2", 1);
        train("1.1", "AVX2", 2);
        train("1.0", "AVX2", -1);

        assertThat(Continuations.of(result()))
                .containsExactly(
                        "from round 4 on harnessVersion 1.0 -> 1.1",
                        "from round 7 on harnessVersion 1.1 -> 1.0");
    }

    @Test
    void whatWasStoppedAndContinuedInPlaceSaysNothing() throws IOException {
        train("1.0", "AVX2", 1);
        train("1.0", "AVX2", -1);

        assertThat(result().has("continuations")).isFalse();
    }

    @Test
    void whatANewPlaceDidNotCheckpointIsNoContinuation() throws IOException {
        train("1.0", "AVX2", 1);
        WritePoints deadly =
                point -> {
                    if (point.startsWith("metrics")) {
                        throw new IllegalStateException("killed");
                    }
                };
        assertThatThrownBy(() -> train("9.9", "AVX2", new StopSignal(), deadly))
                .hasMessage("killed");
        train("1.0", "AVX2", -1);

        assertThat(result().has("continuations")).isFalse();
    }

    @Test
    void aMoveThatIsTakenOutOfTheCheckpointIsNoticed() throws IOException {
        train("1.0", "AVX2", 1);
        train("1.1", "AVX2", 2);
        Path state = files.checkpoint().resolve("state.json");
        ObjectNode edited = (ObjectNode) Storage.JSON.readTree(state.toFile());
        ((ObjectNode) edited.path("places")).putArray("continuations");
        Storage.writeJson(state, edited);

        assertThatThrownBy(() -> train("1.1", "AVX2", -1))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("hash is another than it says");
    }

    @Test
    void aMoveThatIsTakenOutOfTheResultIsNoticed() throws IOException {
        train("1.0", "AVX2", 1);
        train("1.1", "AVX2", -1);
        assertThat(CellOutcome.read(files.path())).isPresent();
        ObjectNode edited = (ObjectNode) result();
        edited.remove("continuations");
        Storage.writeJson(files.result(), edited);

        assertThatThrownBy(() -> CellOutcome.read(files.path()))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("expected the continuations of its checkpoint");
    }

    @Test
    void aCheckpointThatNamesNoPlaceIsOfAnotherBuild() throws IOException {
        train("1.0", "AVX2", 1);
        Path state = files.checkpoint().resolve("state.json");
        ObjectNode third = (ObjectNode) Storage.JSON.readTree(state.toFile());
        third.put("schema", 3);
        third.remove("places");
        Storage.writeJson(state, Storage.JSON.treeToValue(third, CheckpointState.class).sealed());
        train("1.0", "AVX2", -1);

        assertThat(Continuations.of(result()))
                .containsExactly("from round 4 on checkpointSchema 3 -> 4");
    }

    private JsonNode result() throws IOException {
        return Storage.JSON.readTree(files.result().toFile());
    }

    /** Trains until after an evaluation, or to the end if there is none of that number. */
    private void train(String version, String kernels, int stopAfter) {
        StopSignal stop = new StopSignal();
        train(
                version,
                kernels,
                stop,
                point -> {
                    if (point.equals("evaluation " + stopAfter)) {
                        stop.request();
                    }
                });
    }

    private void train(String version, String kernels, StopSignal stop, WritePoints points) {
        RuntimeReport here = LibTorchRuntime.initialise(1);
        RuntimeReport runtime =
                new RuntimeReport(
                        here.libTorchVersion(),
                        here.computeThreads(),
                        here.openBlasCore(),
                        here.allocator(),
                        here.arena(),
                        here.cpuCapability(),
                        here.kernelsAvailable(),
                        kernels);
        RunOptions options = new RunOptions(stop, CellProgress.SILENT, Duration.ofDays(1), points);
        CellProvenance provenance = new CellProvenance(version, folder, runtime);
        try (CellRunner runner =
                new CellRunner(cell, files, provenance, FakeServices.create(), options)) {
            runner.run();
        }
    }
}
