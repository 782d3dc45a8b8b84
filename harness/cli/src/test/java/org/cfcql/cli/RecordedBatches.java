package org.cfcql.cli;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.data.batch.Batch;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.env.bridge.BridgeProvider;
import org.cfcql.env.bridge.Bridges;
import org.cfcql.eval.Evaluator;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.Capabilities;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.Learner;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.Policy;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.learn.UpdateStep;
import org.cfcql.nativecode.LibTorchRuntime;
import org.cfcql.run.Preflight;
import org.cfcql.run.cell.CellRunner;
import org.cfcql.run.dataset.StoredDatasets;
import org.cfcql.run.experiment.ExperimentReader;
import org.cfcql.run.folder.CellFolder;
import org.cfcql.run.folder.CellProvenance;
import org.cfcql.run.folder.RunFolder;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.training.CellProgress;
import org.cfcql.run.training.RunOptions;
import org.cfcql.run.training.Services;
import org.cfcql.run.training.StopSignal;
import org.cfcql.tensor.TensorFactory;

/** The minibatches that an algorithm of the harness gets in a cell, by their hashes. */
final class RecordedBatches {
    private final List<String> hashes = new ArrayList<>();

    private RecordedBatches() {}

    /**
     * Runs a cell of cooperative navigation with seed 0.
     *
     * @param rounds rounds of training, an update each
     * @return SHA-256 of the arrays of each minibatch as a learner in a process gets them
     */
    static List<String> of(String algorithm, Path data, int batch, int rounds) throws Exception {
        RecordedBatches recorded = new RecordedBatches();
        String text =
                """
                environments: [mpe/simple_spread]
                datasets: [%s]
                algorithms: {%s: {}}
                budget: {rounds: %d, batch: %d}
                evaluation: {every: 10, episodes: 1, finalEpisodes: 1}
                """
                        .formatted(data, algorithm, rounds, batch);
        Services services =
                new Services(
                        new StoredDatasets(data.getParent()),
                        new BridgeProvider(Bridges.at(CheckoutHome.PATH)),
                        (id, settings) -> recorded.listening(Algorithms.find(id)),
                        (environment, policy, seeds) ->
                                new Evaluator().evaluate(environment, policy, seeds));
        var provenance =
                new CellProvenance("test", data.getParent(), LibTorchRuntime.initialise(1));
        Cell cell =
                Preflight.plan(ExperimentReader.parse(text, "own", List.of()), services)
                        .cells()
                        .get(0);
        CellFolder folder = new RunFolder(data.resolveSibling("own")).cell(cell.id());
        Files.createDirectories(folder.path());
        RunOptions options = new RunOptions(new StopSignal(), CellProgress.SILENT);
        try (CellRunner runner = new CellRunner(cell, folder, provenance, services, options)) {
            runner.run();
        }
        return recorded.hashes;
    }

    private Algorithm listening(Algorithm algorithm) {
        return new Algorithm() {
            @Override
            public String id() {
                return algorithm.id();
            }

            @Override
            public String title() {
                return algorithm.title();
            }

            @Override
            public Capabilities capabilities() {
                return algorithm.capabilities();
            }

            @Override
            public ConfiguredAlgorithm configure(TaskShape task, Settings settings, Track track) {
                ConfiguredAlgorithm own = algorithm.configure(task, settings, track);
                return new ConfiguredAlgorithm(
                        own.schedule(), context -> new Listening(own.create(context)));
            }
        };
    }

    /** Hashes what comes in and hands everything on. */
    private final class Listening implements Learner {
        private final Learner own;

        Listening(Learner own) {
            this.own = own;
        }

        @Override
        public void update(Batch batch, UpdateStep step) {
            hashes.add(hash((TransitionBatch) batch));
            own.update(batch, step);
        }

        @Override
        public void updateTargets() {
            own.updateTargets();
        }

        @Override
        public Policy policy() {
            return own.policy();
        }

        @Override
        public List<NamedNetwork> networks() {
            return own.networks();
        }

        @Override
        public Map<String, Double> metrics() {
            return own.metrics();
        }

        @Override
        public void close() {
            own.close();
        }
    }

    private static String hash(TransitionBatch batch) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(reals(batch.observations()));
            digest.update(reals(batch.actions()));
            digest.update(reals(batch.rewards()));
            for (float done : TensorFactory.toFloats(batch.dones())) {
                digest.update((byte) done);
            }
            digest.update(reals(batch.nextObservations()));
            digest.update(reals(batch.state()));
            digest.update(reals(batch.nextState()));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] reals(Tensor tensor) {
        float[] values = TensorFactory.toFloats(tensor);
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }
}
