package org.cfcql.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.cfcql.data.DiscreteFixtures;
import org.cfcql.data.TaskCard;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.cfcql.error.CfcqlException;
import org.cfcql.error.UserError;
import org.cfcql.eval.Evaluator;
import org.cfcql.learn.Algorithms;
import org.cfcql.nativecode.LibTorchRuntime;
import org.cfcql.outcome.Continuations;
import org.cfcql.run.cell.CellRunner;
import org.cfcql.run.dataset.StoredDatasets;
import org.cfcql.run.experiment.ExperimentReader;
import org.cfcql.run.folder.CellFolder;
import org.cfcql.run.folder.CellProvenance;
import org.cfcql.run.folder.RunFolder;
import org.cfcql.run.model.StoredModel;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.Storage;
import org.cfcql.run.storage.WritePoints;
import org.cfcql.run.training.CellProgress;
import org.cfcql.run.training.RunOptions;
import org.cfcql.run.training.Services;
import org.cfcql.run.training.StopSignal;
import org.cfcql.tensor.Kernels;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole cells of the discrete branch: real data, real learners, an environment in memory. */
class DiscreteCellTest {
    private static final TaskCard TASK =
            DiscreteFixtures.task("smax/2s3z", TimeoutKind.TERMINAL, true);
    private static final String TEXT =
            """
            environments: [smax/2s3z]
            datasets: [{path: %s, name: medium}]
            algorithms:
              cfcql:
                {alpha: 1, lambda: {mode: softmax, tau: 1}, hidden: 4,
                 mixer: {embedding: 4, hypernet: 4}, behaviour: {updates: 7, lr: 0.01}}
            budget: {gradientSteps: 5, batch: 4}
            evaluation: {every: 2, episodes: 3, finalEpisodes: 5}
            """;

    @TempDir Path folder;
    private Path data;

    @BeforeEach
    void writeData() {
        data = folder.resolve("data");
        DiscreteFixtures.write(data, TASK, 9, 1, 4, 9, 3, 6, 2, 5);
    }

    @Test
    void aFinishedCellHasItsWinRateItsStepsAndItsModel() throws IOException {
        Path run = folder.resolve("run");
        CellFolder done = run(cell(), run, WritePoints.SILENT);
        JsonNode result = Storage.JSON.readTree(done.result().toFile());
        assertThat(result.path("score").asDouble()).isBetween(0.0, 1.0);
        assertThat(result.path("rounds").asInt()).isEqualTo(5);
        assertThat(result.path("settings").path("data.episodes").asText()).isEqualTo("all");
        JsonNode ledger = result.path("ledger");
        assertThat(ledger.path("granted").toString())
                .isEqualTo(
                        "{\"CRITIC\":5,\"ACTOR\":5,\"AUXILIARY\":7,\"BATCH\":5,"
                                + "\"AUXILIARY_BATCH\":7}");
        assertThat(ledger.path("spent").path("CRITIC").asInt()).isEqualTo(5);
        assertThat(ledger.path("spent").path("AUXILIARY").asInt()).isEqualTo(7);
        assertThat(Files.readAllLines(done.evaluations())).hasSize(3 * 3 + 5);
        assertThat(Files.readAllLines(done.metrics())).hasSize(7 + 5);
        assertThat(models(run)).hasSize(1);
        assertThat(models(run).get(0)).isDirectoryContaining("glob:**model.json");
    }

    @Test
    void theModelIsTrainedOnceAndWhoTrainedItChangesNoByte() throws IOException {
        Path together = folder.resolve("together");
        run(cell("seeds=[0]"), together, WritePoints.SILENT);
        CellFolder reader = run(cell("seeds=[1]"), together, WritePoints.SILENT);
        CellFolder trainer = run(cell("seeds=[1]"), folder.resolve("alone"), WritePoints.SILENT);
        assertThat(models(together)).hasSize(1);
        assertThat(Files.readString(reader.timing())).contains("\"model read\"");
        assertThat(Files.readString(trainer.timing())).contains("\"model trained\"");
        assertThat(CellRunnerTest.content(reader.path()))
                .isEqualTo(CellRunnerTest.content(trainer.path()));
    }

    @Test
    void otherSettingsPrecisionOrKernelsAreAnotherModel() throws IOException {
        Path run = folder.resolve("run");
        run(cell(), run, WritePoints.SILENT);
        run(cell("algorithms.cfcql.alpha=2", "seeds=[6]"), run, WritePoints.SILENT);
        assertThat(models(run)).as("alpha is not the model's").hasSize(1);
        run(cell("algorithms.cfcql.behaviour.lr=0.02", "seeds=[1]"), run, WritePoints.SILENT);
        run(cell("precision=float64", "seeds=[2]"), run, WritePoints.SILENT);
        run(cell("kernels=off", "seeds=[3]"), run, WritePoints.SILENT);
        run(cell("data.episodes=6", "seeds=[4]"), run, WritePoints.SILENT);
        run(cell("data.episodes=6", "seeds=[5]"), run, WritePoints.SILENT);
        assertThat(models(run)).hasSize(6);
    }

    @Test
    void dataThatLoseTheirBytesUnderTheCellEndItWithTheNameOfTheFile() {
        WritePoints cutting =
                point -> {
                    if (point.equals("evaluation 0")) {
                        cutToNothing(data);
                    }
                };
        assertThatThrownBy(() -> run(cell(), folder.resolve("run"), cutting))
                .isInstanceOf(CfcqlException.class)
                .hasMessageContaining(".npy")
                .hasMessageNotContaining("\n");
    }

    private static void cutToNothing(Path data) {
        try (Stream<Path> files = Files.list(data)) {
            for (Path file : files.filter(name -> name.toString().endsWith(".npy")).toList()) {
                FileChannel.open(file, StandardOpenOption.WRITE).truncate(0).close();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Ends the run at each of its write points in turn, resumes it, and compares every byte. */
    @Test
    void anInterruptionAnywhereLeavesTheSameBytes() throws IOException {
        Cell cell =
                cell(
                        "algorithms.cfcql.behaviour.updates=2",
                        "budget.gradientSteps=2",
                        "evaluation.every=5");
        List<String> passed = new ArrayList<>();
        CellFolder undisturbed = run(cell, folder.resolve("undisturbed"), passed::add);
        assertThat(passed).contains("model written", "model renamed").hasSizeGreaterThan(30);
        SortedMap<String, String> expected = CellRunnerTest.content(undisturbed.path());
        SortedMap<String, String> model =
                CellRunnerTest.content(models(folder.resolve("undisturbed")).get(0));
        for (int point = 0; point < passed.size(); point++) {
            Path disturbed = folder.resolve("killed-" + point);
            killAt(cell, disturbed, point);
            CellFolder resumed = run(cell, disturbed, WritePoints.SILENT);
            assertThat(CellRunnerTest.content(resumed.path()))
                    .as("killed after " + passed.get(point))
                    .isEqualTo(expected);
            assertThat(CellRunnerTest.content(models(disturbed).get(0)))
                    .as("model, killed after " + passed.get(point))
                    .containsAllEntriesOf(model);
        }
    }

    @Test
    void aStopWithinTheModelCheckpointsIt() throws IOException {
        SortedMap<String, String> expected =
                CellRunnerTest.content(run(cell(), folder.resolve("a"), WritePoints.SILENT).path());
        StopSignal stop = new StopSignal();
        List<String> phases = new ArrayList<>();
        CellProgress progress =
                (phase, done, total) -> {
                    phases.add(phase);
                    if (phases.size() == 3) {
                        stop.request();
                    }
                };
        Path stopped = folder.resolve("b");
        RunOptions options = new RunOptions(stop, progress, Duration.ofDays(1), WritePoints.SILENT);
        try (CellRunner runner = runner(cell(), stopped, options)) {
            assertThat(runner.run()).isEqualTo(CellRunner.Outcome.STOPPED);
        }
        assertThat(phases).containsExactly("pretraining", "pretraining", "pretraining");
        assertThat(models(stopped)).isEmpty();
        assertThat(CellRunnerTest.content(run(cell(), stopped, WritePoints.SILENT).path()))
                .isEqualTo(expected);
    }

    @Test
    void aModelThatWasTrainedInPartElsewhereIsNamedInTheResult() throws IOException {
        StopSignal stop = new StopSignal();
        CellProgress progress = (phase, done, total) -> stop.request();
        Path run = folder.resolve("run");
        RunOptions options = new RunOptions(stop, progress, Duration.ofDays(1), WritePoints.SILENT);
        try (CellRunner runner = runner("elsewhere", cell(), run, options)) {
            assertThat(runner.run()).isEqualTo(CellRunner.Outcome.STOPPED);
        }
        CellFolder done = run(cell(), run, WritePoints.SILENT);
        assertThat(Continuations.of(Storage.JSON.readTree(done.result().toFile())))
                .containsExactly(
                        "from round 0 on harnessVersion elsewhere -> test",
                        "recurrent-behaviour from update 1 on harnessVersion elsewhere -> test");
    }

    @Test
    void aModelOfOtherDataIsRefused() throws IOException {
        Path run = folder.resolve("run");
        CellFolder first = run(cell(), run, WritePoints.SILENT);
        Path model = models(run).get(0);
        String foreign =
                Files.readString(model.resolve("model.json"))
                        .replaceFirst(
                                "\"datasetHash\" : \"[0-9a-f]{4}", "\"datasetHash\" : \"0000");
        Files.writeString(model.resolve("model.json"), foreign);
        Storage.deleteTree(first.path());
        assertThatThrownBy(() -> run(cell(), run, WritePoints.SILENT))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("of this data and these settings")
                .hasMessageContaining("datasetHash")
                .hasMessageContaining("delete that folder to train it again");
    }

    @Test
    void aDamagedModelIsRefused() throws IOException {
        Path run = folder.resolve("run");
        CellFolder first = run(cell(), run, WritePoints.SILENT);
        Path tensors = models(run).get(0).resolve("tensors.safetensors");
        byte[] bytes = Files.readAllBytes(tensors);
        bytes[bytes.length - 1] ^= 1;
        Files.write(tensors, bytes);
        Storage.deleteTree(first.path());
        assertThatThrownBy(() -> run(cell(), run, WritePoints.SILENT))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("to have the hash of its model.json");
    }

    @Test
    void packedAndPaddedSequencesAreSettingsOfTheCell() {
        assertThat(cell().settings()).doesNotContainKey("sequences");
        assertThat(cell("sequences=padded").settings()).containsEntry("sequences", "padded");
        assertThat(cell("kernels=off").compute().kernels()).isEqualTo(Kernels.OFF);
        assertThat(cell().compute().kernels()).isEqualTo(Kernels.ON);
    }

    @Test
    void lengthsFollowFromSampledSlots() {
        // Eight episodes of 39 steps: 47 slots, 5.875 in the mean, four in a batch.
        Cell slots = cell("budget={slots: 1000, batch: 4}");
        assertThat(slots.length().rounds()).isEqualTo((int) Math.ceil(1000 / (4 * 5.875)));
        Cell small = cell("budget={slots: 1000}", "data.episodes=2");
        assertThat(small.length().batch()).as("no larger than the data").isEqualTo(2);
        assertThat(small.length().rounds()).isEqualTo((int) Math.ceil(1000 / (2 * 5.875)));
        assertThat(small.subset().of(8)).hasSize(2);
    }

    @Test
    void whatCannotRunIsRefusedInOneLine() {
        refused("found budget.rounds; use budget.gradientSteps", "budget={rounds: 3, batch: 4}");
        refused("at least as many episodes as a batch has (9), found 8", "budget.batch=9");
        refused("at least as many episodes", "algorithms.cfcql.behaviour.batch=99");
        refused("(9), found 8", "data.episodes=all", "budget.batch=9");
        refused("a number of the 8 episodes of the data, found '9'", "data.episodes=9");
        refused("expected data.episodes to be published, all or a number", "data.episodes=few");
        refused("found 'cfp', which only continuous tasks have", "algorithms.cfcql.cfp=true");
        refused("expected kernels to be on or off, found 'fast'", "kernels=fast");
        refused("set it or behaviour.updates", "algorithms.cfcql.behaviour.slots=100");
        refused("expected sequences to be one of packed, padded", "sequences=short");
    }

    private void refused(String message, String... overrides) {
        assertThatThrownBy(() -> cell(overrides))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(message);
    }

    private static List<Path> models(Path run) throws IOException {
        try (Stream<Path> found = Files.list(run.resolve("models"))) {
            return found.filter(StoredModel::isIn)
                    .filter(path -> !path.toString().endsWith(".part"))
                    .toList();
        }
    }

    private static Services services() {
        return new Services(
                new StoredDatasets(Path.of(".")),
                request -> FixtureGame.environment(TASK, request.environments()),
                Algorithms::find,
                (environment, policy, seeds) ->
                        new Evaluator().evaluate(environment, policy, seeds));
    }

    private Cell cell(String... overrides) {
        String text = TEXT.formatted(data);
        return Preflight.plan(
                        ExperimentReader.parse(text, "discrete", List.of(overrides)), services())
                .cells()
                .get(0);
    }

    private static CellFolder run(Cell cell, Path run, WritePoints points) {
        // A checkpoint after every update, so that there is much to interrupt.
        RunOptions options =
                new RunOptions(new StopSignal(), CellProgress.SILENT, Duration.ZERO, points);
        try (CellRunner runner = runner(cell, run, options)) {
            assertThat(runner.run()).isEqualTo(CellRunner.Outcome.DONE);
        }
        return new RunFolder(run).cell(cell.id());
    }

    private static CellRunner runner(Cell cell, Path run, RunOptions options) {
        return runner("test", cell, run, options);
    }

    private static CellRunner runner(String version, Cell cell, Path run, RunOptions options) {
        CellFolder target = new RunFolder(run).cell(cell.id());
        try {
            Files.createDirectories(target.path());
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
        return new CellRunner(
                cell,
                target,
                new CellProvenance(version, run, LibTorchRuntime.initialise(1)),
                services(),
                options);
    }

    private static void killAt(Cell cell, Path run, int point) {
        int[] count = {0};
        WritePoints deadly =
                name -> {
                    if (count[0]++ == point) {
                        throw new Killed();
                    }
                };
        assertThatThrownBy(() -> run(cell, run, deadly)).isInstanceOf(Killed.class);
    }

    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }
}
