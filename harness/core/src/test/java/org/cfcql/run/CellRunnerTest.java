package org.cfcql.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.cfcql.budget.BudgetExceeded;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.error.HarnessBug;
import org.cfcql.error.NumericFault;
import org.cfcql.error.UserError;
import org.cfcql.eval.EpisodeResult;
import org.cfcql.learn.AlgorithmLookup;
import org.cfcql.learn.Policy;
import org.cfcql.nativecode.LibTorchRuntime;
import org.cfcql.outcome.CellOutcome;
import org.cfcql.run.cell.CellRunner;
import org.cfcql.run.folder.CellFolder;
import org.cfcql.run.folder.CellProvenance;
import org.cfcql.run.folder.CellStatus;
import org.cfcql.run.folder.Checkpoint;
import org.cfcql.run.model.PolicyFile;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.Storage;
import org.cfcql.run.storage.WritePoints;
import org.cfcql.run.training.CellProgress;
import org.cfcql.run.training.RunOptions;
import org.cfcql.run.training.Services;
import org.cfcql.run.training.StopSignal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

public class CellRunnerTest {
    @TempDir Path folder;

    @Test
    void aFinishedCellHoldsWhatTheFormatsPagePromises() throws IOException {
        Cell cell = cell("fake");
        CellFolder done = run(cell, folder, WritePoints.SILENT);
        assertThat(Files.readAllLines(done.evaluations())).hasSize(4 * 2 + 5);
        assertThat(Files.readAllLines(done.metrics())).hasSize(10);
        JsonNode result = Storage.JSON.readTree(done.result().toFile());
        assertThat(result.path("final").path("episodes").asInt()).isEqualTo(5);
        assertThat(result.path("tail").path("evaluations").asInt()).isEqualTo(4);
        assertThat(result.path("ledger").path("spent").path("CRITIC").asInt()).isEqualTo(20);
        assertThat(result.path("ledger").path("granted").path("CRITIC").asInt()).isEqualTo(50);
        assertThat(result.path("ledger").path("spent").path("BATCH").asInt()).isEqualTo(20);
        assertThat(result.path("scale").asDouble()).isEqualTo(1);
        assertThat(result.path("settings").path("alpha").asDouble()).isEqualTo(0.5);
        assertThat(result.path("settings").path("replay.rng").asText()).isEqualTo("independent");
        assertThat(result.toString()).doesNotContain("startedAt");
        JsonNode described = Storage.JSON.readTree(done.cell().toFile());
        assertThat(described.path("provenance").path("environmentFingerprint").asText())
                .isEqualTo("f00d");
    }

    @Test
    void aCellThatIsNotEvaluatedSaysSoAndKeepsItsPolicy() throws IOException {
        Cell cell = cell("fake", "evaluation=none");
        assertThat(cell.evaluation().takesPlace()).isFalse();
        CellFolder done = run(cell, folder.resolve(cell.id()), WritePoints.SILENT);
        JsonNode result = Storage.JSON.readTree(done.result().toFile());
        assertThat(result.path("evaluation").asText()).isEqualTo("not evaluated");
        assertThat(result.has("score")).isFalse();
        assertThat(Files.readString(done.evaluations())).isEmpty();
        assertThat(done.checkpoint()).exists();
        CellOutcome outcome = CellOutcome.read(done.path()).orElseThrow();
        assertThat(outcome.evaluated()).isFalse();
        assertThat(outcome.score()).isNaN();
        Files.writeString(done.evaluations(), "{\"evaluation\":\"final\",\"score\":1}\n");
        assertThatThrownBy(() -> CellOutcome.read(done.path()))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("no score and no episodes where nothing was evaluated");
    }

    @Test
    void theTailIsTheMeanOfTheLastTenEvaluations() throws IOException {
        Cell cell = cell("fake", "evaluation.every=1", "budget.rounds=15");
        CellFolder done = run(cell, folder, WritePoints.SILENT);
        List<Double> means = new ArrayList<>();
        for (int evaluation = 5; evaluation < 15; evaluation++) {
            double sum = 0;
            for (String line : Files.readAllLines(done.evaluations())) {
                JsonNode node = Storage.JSON.readTree(line);
                if (node.path("evaluation").asText().equals(String.valueOf(evaluation))) {
                    sum += node.path("score").asDouble();
                }
            }
            means.add(sum / 2);
        }
        double expected = means.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        JsonNode tail = Storage.JSON.readTree(done.result().toFile()).path("tail");
        assertThat(tail.path("mean").asDouble()).isCloseTo(expected, within());
        assertThat(tail.path("evaluations").asInt()).isEqualTo(10);
    }

    /** Ends the run at each of its write points in turn, resumes it, and compares every byte. */
    @ParameterizedTest
    @ValueSource(strings = {"fake", "fake-pretrained"})
    void anInterruptionAnywhereLeavesTheSameBytes(String algorithm) throws IOException {
        for (String replay : List.of("independent", "replayed")) {
            Cell cell = cell(algorithm, "replay.rng=" + replay, "budget.rounds=5");
            List<String> passed = new ArrayList<>();
            Path undisturbed = folder.resolve(replay).resolve("undisturbed");
            SortedMap<String, String> expected =
                    content(run(cell, undisturbed, passed::add).path());
            assertThat(passed).hasSizeGreaterThan(20);
            for (int point = 0; point < passed.size(); point++) {
                Path disturbed = folder.resolve(replay).resolve("killed-" + point);
                killAt(cell, disturbed, point);
                CellFolder resumed = run(cell, disturbed, WritePoints.SILENT);
                assertThat(content(resumed.path()))
                        .as("killed after " + passed.get(point))
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void aStopCheckpointsAndTheRestEndsWithTheSameBytes() throws IOException {
        Cell cell = cell("fake-pretrained");
        SortedMap<String, String> expected =
                content(run(cell, folder.resolve("a"), WritePoints.SILENT).path());
        CellFolder stopped = new CellFolder(folder.resolve("b"));
        for (int afterUnits : List.of(3, 8, 12)) {
            StopSignal stop = new StopSignal();
            List<Long> units = new ArrayList<>();
            CellProgress progress =
                    (phase, done, total) -> {
                        units.add(done);
                        if (units.size() == afterUnits) {
                            stop.request();
                        }
                    };
            RunOptions options =
                    new RunOptions(stop, progress, Duration.ofDays(1), WritePoints.SILENT);
            try (CellRunner runner = runner(cell, stopped, options)) {
                if (afterUnits < 12) {
                    assertThat(runner.run()).isEqualTo(CellRunner.Outcome.STOPPED);
                    assertThat(stopped.result()).doesNotExist();
                }
            }
        }
        assertThat(content(run(cell, folder.resolve("b"), WritePoints.SILENT).path()))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nan", "nanMetric"})
    void aLearnerThatReturnsNaNFailsAndItsStateIsKept(String lie) {
        CellFolder failed = new CellFolder(folder);
        assertThatThrownBy(
                        () ->
                                run(
                                        cell("fake", "algorithms.fake.lie=" + lie),
                                        folder,
                                        WritePoints.SILENT))
                .isInstanceOf(NumericFault.class)
                .hasMessageContaining("expected finite");
        assertThat(failed.result()).doesNotExist();
        assertThat(failed.evidence().resolve("tensors.safetensors")).exists();
        assertThat(Checkpoint.read(failed.checkpoint()).state().position().round())
                .as("the last good checkpoint stays")
                .isEqualTo(3);
    }

    @Test
    void aLearnerThatOverspendsIsStoppedAtItsGrant() {
        assertThatThrownBy(
                        () ->
                                run(
                                        cell("fake", "algorithms.fake.lie=overspend"),
                                        folder,
                                        WritePoints.SILENT))
                .isInstanceOf(BudgetExceeded.class)
                .hasMessageContaining("budget of role CRITIC is 50");
        assertThat(new CellFolder(folder).result()).doesNotExist();
    }

    @Test
    void aLearnerThatDeclaresNoActingNetworksIsRefusedBeforeItTrains() {
        assertThatThrownBy(() -> cell(FakeAlgorithm.UNDECLARED))
                .isInstanceOf(HarnessBug.class)
                .hasMessageContaining("found none among [actor0, critic, target_critic, density]");
    }

    @Test
    void aLearnerThatDeclaresNoActingNetworksHasNoPolicyLoadedOrStored() {
        CellFolder done = run(cell("fake"), folder, WritePoints.SILENT);
        PolicyFile trained = PolicyFile.open(done.path());
        AlgorithmLookup undeclaring =
                (id, settings) -> FakeServices.algorithm(FakeAlgorithm.UNDECLARED);
        Path target = folder.resolve("policy.safetensors");
        assertThatThrownBy(() -> trained.export(target, undeclaring, Map.of()))
                .isInstanceOf(HarnessBug.class)
                .hasMessageContaining("found none among");
        assertThat(target).doesNotExist();
        trained.export(target, AlgorithmLookup.byId(FakeServices::algorithm), Map.of());
        assertThat(target).exists();
    }

    @Test
    void aCheckpointOfAnotherAlgorithmOrCellIsRefused() {
        run(cell("fake"), folder, WritePoints.SILENT);
        assertThatThrownBy(() -> run(cell("fake-pretrained"), folder, WritePoints.SILENT))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("algorithm 'fake-pretrained', found one of 'fake'");
        assertThatThrownBy(() -> run(cell("fake", "seeds=[5]"), folder, WritePoints.SILENT))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("expected a checkpoint of cell");
    }

    @Test
    void aDamagedCheckpointIsRefused() throws IOException {
        CellFolder done = run(cell("fake"), folder, WritePoints.SILENT);
        Path tensors = done.checkpoint().resolve("tensors.safetensors");
        byte[] bytes = Files.readAllBytes(tensors);
        bytes[bytes.length - 1] ^= 1;
        Files.write(tensors, bytes);
        assertThatThrownBy(() -> Checkpoint.read(done.checkpoint()))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("the checkpoint is damaged");
    }

    @Test
    void aShortenedFileIsAUserErrorAndNothingStaysOpen() throws IOException {
        CellFolder target = run(cell("fake"), folder, WritePoints.SILENT);
        Files.delete(target.result());
        byte[] whole = Files.readAllBytes(target.evaluations());
        Files.write(target.evaluations(), Arrays.copyOf(whole, 3));
        List<String> closed = new ArrayList<>();
        Services fakes = FakeServices.create();
        Services watched =
                new Services(
                        fakes.datasets(),
                        request -> new FakeServices.FakeEnvironment(request.id(), 0, closed::add),
                        fakes.algorithms(),
                        fakes.evaluator());
        RunOptions options = new RunOptions(new StopSignal(), CellProgress.SILENT);
        assertThatThrownBy(() -> runner(cell("fake"), target, options, watched))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("found 3; the cell is damaged, delete the cell's folder");
        assertThat(closed).as("nothing was opened before the files were checked").isEmpty();
        assertThat(target.evaluations()).as("left as found").hasSize(3);
        Files.write(target.evaluations(), whole);
        Files.delete(target.metrics());
        assertThatThrownBy(() -> runner(cell("fake"), target, options, watched))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("metrics.jsonl as its checkpoint says, found 0");
        assertThat(target.metrics()).as("left as found").doesNotExist();
        assertThat(closed).isEmpty();
    }

    @Test
    void lostEpisodesAndEnvironmentsAreOnTheLineOfTheirEvaluation() throws IOException {
        Services fakes = FakeServices.create();
        long[] repeated = {0};
        Services.EpisodeEvaluator losing =
                new Services.EpisodeEvaluator() {
                    @Override
                    public List<EpisodeResult> evaluate(
                            VectorEnvironment environment, Policy policy, List<Long> seeds) {
                        repeated[0] += 3;
                        return FakeServices.evaluate(environment, policy, seeds);
                    }

                    @Override
                    public long repeatedEpisodes() {
                        return repeated[0];
                    }
                };
        Services services =
                new Services(
                        fakes.datasets(),
                        request -> new FakeServices.FakeEnvironment(request.id(), 2, id -> {}),
                        fakes.algorithms(),
                        losing);
        Cell cell = cell("fake");
        CellFolder target = new CellFolder(folder.resolve(cell.id()));
        RunOptions options = new RunOptions(new StopSignal(), CellProgress.SILENT);
        try (CellRunner runner = runner(cell, target, options, services)) {
            assertThat(runner.run()).isEqualTo(CellRunner.Outcome.DONE);
        }
        List<Long> repeats = new ArrayList<>();
        List<Long> restarts = new ArrayList<>();
        for (String line : Files.readAllLines(target.timing())) {
            JsonNode node = Storage.JSON.readTree(line);
            assertThat(node.has("repeatedEpisodes"))
                    .as(line)
                    .isEqualTo(node.path("event").asText().equals("evaluation"));
            if (node.has("repeatedEpisodes")) {
                repeats.add(node.path("repeatedEpisodes").asLong());
                restarts.add(node.path("environmentRestarts").asLong());
            }
        }
        assertThat(repeats).as("three in each of four and the final one").containsOnly(3L);
        assertThat(restarts).as("two before the first").containsExactly(2L, 0L, 0L, 0L, 0L);
        CellStatus status = CellStatus.read(cell, target);
        assertThat(status.repeatedEpisodes()).isEqualTo(15);
        assertThat(status.environmentRestarts()).isEqualTo(2);
    }

    private static Offset<Double> within() {
        return Offset.offset(1e-12);
    }

    private static Cell cell(String algorithm, String... overrides) {
        List<String> all = new ArrayList<>(List.of("algorithms={" + algorithm + ": {}}"));
        all.addAll(List.of(overrides));
        return ExperimentTest.plan(ExperimentTest.TEXT, all.toArray(String[]::new)).cells().get(0);
    }

    private static CellFolder run(Cell cell, Path path, WritePoints points) {
        CellFolder target = new CellFolder(path);
        RunOptions options =
                new RunOptions(new StopSignal(), CellProgress.SILENT, Duration.ofDays(1), points);
        try (CellRunner runner = runner(cell, target, options)) {
            assertThat(runner.run()).isEqualTo(CellRunner.Outcome.DONE);
        }
        return target;
    }

    private static CellRunner runner(Cell cell, CellFolder target, RunOptions options) {
        return runner(cell, target, options, FakeServices.create());
    }

    private static CellRunner runner(
            Cell cell, CellFolder target, RunOptions options, Services services) {
        CellProvenance provenance =
                new CellProvenance("test", Path.of("no-checkout"), LibTorchRuntime.initialise(1));
        try {
            Files.createDirectories(target.path());
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
        return new CellRunner(cell, target, provenance, services, options);
    }

    private static void killAt(Cell cell, Path path, int point) {
        int[] count = {0};
        WritePoints deadly =
                name -> {
                    if (count[0]++ == point) {
                        throw new Killed();
                    }
                };
        assertThatThrownBy(() -> run(cell, path, deadly)).isInstanceOf(Killed.class);
    }

    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** Every file of a cell that must not depend on interruptions. */
    public static SortedMap<String, String> content(Path root) throws IOException {
        SortedMap<String, String> files = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(root)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                String name = root.relativize(file).toString();
                if (!List.of("cell.json", "timing.jsonl", "log.txt").contains(name)) {
                    files.put(name, HexFormat.of().formatHex(Files.readAllBytes(file)));
                }
            }
        }
        return files;
    }
}
