package org.cfcql.run.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.cfcql.budget.BudgetExceeded;
import org.cfcql.data.batch.EpisodeSubset;
import org.cfcql.data.batch.Sampler;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.PretrainingPlan;
import org.cfcql.nativecode.LibTorchRuntime;
import org.cfcql.random.RandomStream;
import org.cfcql.random.SeedTree;
import org.cfcql.run.ExperimentTest;
import org.cfcql.run.FakeAlgorithm;
import org.cfcql.run.FakeServices;
import org.cfcql.run.cell.CellRunner;
import org.cfcql.run.dataset.DatasetDirectory;
import org.cfcql.run.dataset.DatasetFacts;
import org.cfcql.run.folder.CellFolder;
import org.cfcql.run.folder.CellPlaces;
import org.cfcql.run.folder.CellProvenance;
import org.cfcql.run.folder.Checkpoint;
import org.cfcql.run.plan.Cell;
import org.cfcql.tensor.TensorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which stream of the seed tree feeds what: a name that moves changes every result. */
class NamedStreamsTest {
    private static final SeedTree SEED = new SeedTree(9);

    @TempDir Path folder;

    private static Cell cell() {
        return ExperimentTest.plan(ExperimentTest.TEXT, "seeds=[9]").cells().get(0);
    }

    /** Seeds of the samplers in the order in which they are opened. */
    private CellFolder run(List<Long> samplers) throws IOException {
        Services fakes = FakeServices.create();
        DatasetDirectory watched =
                new DatasetDirectory() {
                    @Override
                    public DatasetFacts facts(String path) {
                        return fakes.datasets().facts(path);
                    }

                    @Override
                    public Sampler open(
                            String path,
                            EpisodeSubset subset,
                            int batch,
                            RandomStream stream,
                            TensorFactory tensors) {
                        samplers.add(stream.state().key());
                        return fakes.datasets().open(path, subset, batch, stream, tensors);
                    }
                };
        Services services =
                new Services(
                        watched,
                        fakes.environments(),
                        (id, settings) -> new FakeAlgorithm("fake", 2),
                        fakes.evaluator());
        CellFolder target = new CellFolder(folder.resolve("cell"));
        Files.createDirectories(target.path());
        CellProvenance provenance =
                new CellProvenance("test", Path.of("."), LibTorchRuntime.initialise(1));
        RunOptions options = new RunOptions(new StopSignal(), CellProgress.SILENT);
        try (CellRunner runner = new CellRunner(cell(), target, provenance, services, options)) {
            runner.run();
        }
        return target;
    }

    @Test
    void everyStreamOfACellHangsBelowItsOwnName() throws IOException {
        List<Long> samplers = new ArrayList<>();
        Checkpoint stored = Checkpoint.read(run(samplers).checkpoint());
        SeedTree sampler = SEED.child("sampler");
        assertThat(samplers)
                .as("pretraining has a sampler of its own, apart from that of the rounds")
                .containsExactly(sampler.child("density").seed(), sampler.seed());
        assertThat(stored.state().streams().get("sampler").toState().key())
                .isEqualTo(sampler.seed());
        assertThat(stored.state().streams().get("noise/target_noise").toState().key())
                .isEqualTo(SEED.child("noise").child("target_noise").seed());
        assertThat(stored.state().streams()).containsOnlyKeys("sampler", "noise/target_noise");
    }

    @Test
    void evaluationsOfAlgorithmsArePairedAndApartFromTraining() {
        SeedTree node = SEED.child("evaluation").child("mpe/simple_spread");
        assertThat(cell().evaluationSeeds(2))
                .containsExactly(node.child(2).child(0).seed(), node.child(2).child(1).seed());
        assertThat(cell().finalEvaluationSeeds())
                .hasSize(5)
                .startsWith(node.child("final").child(0).seed());
        assertThat(cell().seeds()).isEqualTo(SEED);
    }

    /** A model that cells share is granted its own updates and nothing else. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void aSharedModelThatOverspendsIsStopped(int updates) throws IOException {
        // Its learner steps critic and actor, of which pretraining is granted nothing.
        Algorithm model = new FakeAlgorithm("fake", 0);
        PretrainingPlan plan =
                new PretrainingPlan(
                        "fake",
                        updates,
                        0,
                        3,
                        Optional.of(new PretrainingPlan.Shared(model, new TreeMap<>(Map.of()))));
        Services fakes = FakeServices.create();
        Cell cell = cell();
        DatasetFacts facts = fakes.datasets().facts(cell.material().path());
        CellData data =
                new CellData.Stored(fakes.datasets(), cell.material().path(), EpisodeSubset.ALL);
        RunOptions options = new RunOptions(new StopSignal(), CellProgress.SILENT);
        try (PointerScope scope = new PointerScope();
                ModelTraining training =
                        new ModelTraining(
                                plan,
                                cell,
                                facts,
                                data,
                                CellPlaces.beginning(Map.of()),
                                folder.resolve("model"),
                                options)) {
            assertThatThrownBy(training::run)
                    .isInstanceOf(BudgetExceeded.class)
                    .hasMessageContaining("budget of role CRITIC is 0");
        }
    }
}
