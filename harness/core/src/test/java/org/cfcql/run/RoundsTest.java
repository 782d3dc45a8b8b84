package org.cfcql.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.budget.Role;
import org.cfcql.data.batch.Batch;
import org.cfcql.data.batch.EpisodeSubset;
import org.cfcql.data.batch.Sampler;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.eval.EpisodeResult;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Policy;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.UpdateStep;
import org.cfcql.nativecode.LibTorchRuntime;
import org.cfcql.random.RandomStream;
import org.cfcql.run.cell.CellRunner;
import org.cfcql.run.dataset.DatasetDirectory;
import org.cfcql.run.dataset.DatasetFacts;
import org.cfcql.run.folder.CellFolder;
import org.cfcql.run.folder.CellProvenance;
import org.cfcql.run.folder.Checkpoint;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.Storage;
import org.cfcql.run.training.CellProgress;
import org.cfcql.run.training.RunOptions;
import org.cfcql.run.training.Services;
import org.cfcql.run.training.StopSignal;
import org.cfcql.tensor.TensorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens in a round, how often, in which order, and what must not happen. */
class RoundsTest {
    private static final UpdateStep CRITIC =
            new UpdateStep(UpdateStep.Kind.CRITIC, UpdateStep.ALL_AGENTS, false);

    @TempDir Path folder;

    /** Everything in the order it happened. */
    private final List<String> calls = new ArrayList<>();

    private CellFolder run(Cell cell, Algorithm inner, Schedule round, String name) {
        Algorithm algorithm = new WatchedAlgorithm(inner, round, calls::add);
        Services fakes = FakeServices.create();
        Services services =
                new Services(
                        new WatchedData(fakes.datasets()),
                        fakes.environments(),
                        (id, settings) -> algorithm,
                        this::evaluate);
        return run(cell, services, name);
    }

    private CellFolder run(Cell cell, Services services, String name) {
        CellFolder target = new CellFolder(folder.resolve(name));
        CellProvenance provenance =
                new CellProvenance("test", Path.of("."), LibTorchRuntime.initialise(1));
        try {
            Files.createDirectories(target.path());
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
        RunOptions options = new RunOptions(new StopSignal(), CellProgress.SILENT);
        try (CellRunner runner = new CellRunner(cell, target, provenance, services, options)) {
            assertThat(runner.run()).isEqualTo(CellRunner.Outcome.DONE);
        }
        return target;
    }

    private List<EpisodeResult> evaluate(
            VectorEnvironment environment, Policy policy, List<Long> seeds) {
        calls.add("evaluation");
        return FakeServices.evaluate(environment, policy, seeds);
    }

    /** Says when a batch is drawn. */
    private final class WatchedData implements DatasetDirectory {
        private final DatasetDirectory inner;

        WatchedData(DatasetDirectory inner) {
            this.inner = inner;
        }

        @Override
        public DatasetFacts facts(String path) {
            return inner.facts(path);
        }

        @Override
        public Sampler open(
                String path,
                EpisodeSubset subset,
                int batch,
                RandomStream stream,
                TensorFactory tensors) {
            Sampler sampler = inner.open(path, subset, batch, stream, tensors);
            return new WatchedSampler(sampler, calls);
        }
    }

    private record WatchedSampler(Sampler inner, List<String> calls) implements Sampler {
        @Override
        public Batch next() {
            calls.add("batch");
            return inner.next();
        }

        @Override
        public RandomStream.State state() {
            return inner.state();
        }

        @Override
        public void restore(RandomStream.State state) {
            inner.restore(state);
        }

        @Override
        public void restart() {
            calls.add("restart");
            inner.restart();
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    private static Cell cell(String... overrides) {
        List<String> all = new ArrayList<>(List.of("algorithms={fake: {}}"));
        all.addAll(List.of(overrides));
        return ExperimentTest.plan(ExperimentTest.TEXT, all.toArray(String[]::new)).cells().get(0);
    }

    private static List<String> times(int count, List<String> what) {
        return Collections.nCopies(count, what).stream().flatMap(List::stream).toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void theTargetsFollowOnceAfterTheLastUpdateOfTheRound(int criticPerActor) {
        Cell cell = cell("algorithms.fake.criticPerActor=" + criticPerActor);
        run(cell, FakeServices.algorithm("fake"), null, "cell");
        List<String> round = new ArrayList<>(List.of("batch", "FULL"));
        round.addAll(times(criticPerActor - 1, List.of("batch", "CRITIC")));
        round.add("targets");
        List<String> expected = new ArrayList<>();
        for (int number = 0; number < 10; number++) {
            expected.addAll(number % 3 == 0 ? List.of("evaluation") : List.of());
            expected.addAll(round);
        }
        expected.add("evaluation");
        assertThat(calls).isEqualTo(expected);
    }

    @Test
    void theTargetsFollowWhereTheScheduleSaysSo() {
        Schedule turns =
                new Schedule(
                        List.of(
                                CRITIC,
                                new UpdateStep(UpdateStep.Kind.FULL, 0, true),
                                new UpdateStep(UpdateStep.Kind.FULL, 2, false),
                                new UpdateStep(UpdateStep.Kind.CRITIC, 1, true)));
        Cell cell = cell("track=paper", "budget.rounds=2", "evaluation.every=5");
        run(cell, FakeServices.algorithm("fake"), turns, "turns");
        List<String> round =
                List.of(
                        "batch",
                        "CRITIC",
                        "batch",
                        "FULL 0",
                        "targets",
                        "batch",
                        "FULL 2",
                        "batch",
                        "CRITIC 1",
                        "targets");
        List<String> expected = new ArrayList<>(List.of("evaluation"));
        expected.addAll(times(2, round));
        expected.add("evaluation");
        assertThat(calls).isEqualTo(expected);
        calls.clear();
        run(cell, FakeServices.algorithm("fake"), new Schedule(List.of(CRITIC)), "never");
        assertThat(calls).doesNotContain("targets").contains("CRITIC");
    }

    @Test
    void pretrainingIsOverBeforeTheFirstEvaluation() {
        Cell cell = cell("budget.rounds=1");
        run(cell, new FakeAlgorithm("fake", 3), null, "cell");
        List<String> expected = new ArrayList<>(times(3, List.of("batch", "pretrain")));
        expected.addAll(
                List.of("evaluation", "batch", "FULL", "batch", "CRITIC", "targets", "evaluation"));
        assertThat(calls).isEqualTo(expected);
    }

    /** The published code drew the same batches again after each evaluation. */
    @ParameterizedTest
    @CsvSource({"independent, 0", "replayed, 4"})
    void batchesAreReplayedAfterEachEvaluationIfAskedFor(String replay, int restarts) {
        Cell cell = cell("replay.rng=" + replay);
        run(cell, FakeServices.algorithm("fake"), null, "cell");
        assertThat(calls.stream().filter("evaluation"::equals).count()).isEqualTo(5);
        assertThat(calls.stream().filter("restart"::equals).count()).isEqualTo(restarts);
    }

    /** Whoever evaluates more often must not learn otherwise: no draw, no call of the learner. */
    @ParameterizedTest
    @CsvSource({"1, 1", "2, 7", "4, 3", "9, 40", "19, 2"})
    void evaluationLeavesTrainingAlone(int every, int episodes) throws IOException {
        CellFolder sparse = finished("sparse", 10, 2);
        CellFolder other = finished("other", every, episodes);
        Checkpoint expected = Checkpoint.read(sparse.checkpoint());
        Checkpoint found = Checkpoint.read(other.checkpoint());
        assertThat(found.state().streams()).isEqualTo(expected.state().streams());
        assertThat(found.state().streams()).containsKeys("sampler", "noise/target_noise");
        assertThat(found.state().spent()).isEqualTo(expected.state().spent());
        assertThat(found.state().optimisers()).isEqualTo(expected.state().optimisers());
        assertThat(Files.readAllBytes(other.checkpoint().resolve("tensors.safetensors")))
                .as("networks")
                .isEqualTo(Files.readAllBytes(sparse.checkpoint().resolve("tensors.safetensors")));
        assertThat(Files.readString(other.metrics())).isEqualTo(Files.readString(sparse.metrics()));
    }

    private CellFolder finished(String name, int every, int episodes) {
        Cell cell = cell("evaluation.every=" + every, "evaluation.episodes=" + episodes);
        return run(cell, new FakeAlgorithm("fake", 4), null, name);
    }

    /** Scores of evaluations 0, 1, 2, 3 and the final one, by episode. */
    private static final List<double[]> SCORES =
            List.of(
                    new double[] {1, 2},
                    new double[] {8, 10},
                    new double[] {3, 5},
                    new double[] {6, 7},
                    new double[] {0, 1, 2, 3, -1});

    @Test
    void theScoreIsThatOfTheFinalEvaluationAndNotOfTheBest() throws IOException {
        Services fakes = FakeServices.create();
        int[] evaluation = {0};
        Services services =
                new Services(
                        fakes.datasets(),
                        fakes.environments(),
                        fakes.algorithms(),
                        (environment, policy, seeds) -> {
                            double[] scores = SCORES.get(evaluation[0]++);
                            List<EpisodeResult> results = new ArrayList<>();
                            for (int episode = 0; episode < seeds.size(); episode++) {
                                results.add(result(episode, seeds.get(episode), scores[episode]));
                            }
                            return results;
                        });
        JsonNode result = Storage.JSON.readTree(run(cell(), services, "cell").result().toFile());
        assertThat(result.path("score").asDouble()).isEqualTo(1);
        assertThat(result.path("best").asDouble()).as("of the way alone").isEqualTo(9);
        JsonNode last = result.path("final");
        assertThat(last.path("mean").asDouble()).isEqualTo(1);
        assertThat(last.path("min").asDouble()).isEqualTo(-1);
        assertThat(last.path("max").asDouble()).isEqualTo(3);
        assertThat(last.path("std").asDouble()).isCloseTo(Math.sqrt(2.5), within(1e-12));
        assertThat(last.path("episodes").asInt()).isEqualTo(5);
        assertThat(result.path("tail").path("mean").asDouble())
                .isCloseTo((1.5 + 9 + 4 + 6.5) / 4, within(1e-12));
    }

    private static EpisodeResult result(int episode, long seed, double score) {
        SortedMap<String, Double> info = new TreeMap<>();
        return new EpisodeResult(episode, seed, score, new double[] {score}, 25, info);
    }

    @Test
    void everyRoleIsChargedForWhatItDid() throws IOException {
        CellFolder done = run(cell(), new FakeAlgorithm("fake", 7), null, "cell");
        JsonNode spent = Storage.JSON.readTree(done.result().toFile()).path("ledger").path("spent");
        Map<Role, Integer> expected =
                Map.of(
                        Role.CRITIC, 20,
                        Role.ACTOR, 10,
                        Role.AUXILIARY, 7,
                        Role.BATCH, 20,
                        Role.AUXILIARY_BATCH, 7);
        assertThat(expected.keySet()).containsExactlyInAnyOrder(Role.values());
        expected.forEach(
                (role, units) ->
                        assertThat(spent.path(role.name()).asInt())
                                .as("%s", role)
                                .isEqualTo(units));
    }
}
