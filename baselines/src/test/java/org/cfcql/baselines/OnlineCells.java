package org.cfcql.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.cfcql.data.batch.EpisodeSubset;
import org.cfcql.data.batch.Sampler;
import org.cfcql.env.EnvironmentProvider;
import org.cfcql.eval.Evaluator;
import org.cfcql.learn.Algorithms;
import org.cfcql.nativecode.LibTorchRuntime;
import org.cfcql.random.RandomStream;
import org.cfcql.run.Preflight;
import org.cfcql.run.cell.CellRunner;
import org.cfcql.run.dataset.DatasetDirectory;
import org.cfcql.run.dataset.DatasetFacts;
import org.cfcql.run.experiment.ExperimentReader;
import org.cfcql.run.folder.CellFolder;
import org.cfcql.run.folder.CellProvenance;
import org.cfcql.run.model.PolicyFile;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.WritePoints;
import org.cfcql.run.training.CellProgress;
import org.cfcql.run.training.RunOptions;
import org.cfcql.run.training.Services;
import org.cfcql.run.training.StopSignal;
import org.cfcql.tensor.TensorFactory;

/** Cells that play a made-up game for their data, run as the harness runs them. */
record OnlineCells(EnvironmentProvider games) {
    private static final Set<String> MAY_DIFFER =
            Set.of("cell.json", "timing.jsonl", "log.txt", "lock");

    Services services() {
        return new Services(
                new NoData(),
                games,
                Algorithms::find,
                (environment, policy, seeds) ->
                        new Evaluator().evaluate(environment, policy, seeds));
    }

    /** The first cell of an experiment. */
    Cell cell(String text) {
        return Preflight.plan(ExperimentReader.parse(text, "online", List.of()), services())
                .cells()
                .get(0);
    }

    /** The folder of a cell that was run to its end. */
    CellFolder run(Cell cell, Path path, WritePoints points) throws IOException {
        CellFolder target = new CellFolder(path);
        Files.createDirectories(path);
        CellProvenance provenance =
                new CellProvenance("test", Path.of("no-checkout"), LibTorchRuntime.initialise(1));
        RunOptions options =
                new RunOptions(new StopSignal(), CellProgress.SILENT, Duration.ofDays(1), points);
        try (CellRunner runner = new CellRunner(cell, target, provenance, services(), options)) {
            assertThat(runner.run()).isEqualTo(CellRunner.Outcome.DONE);
        }
        return target;
    }

    /**
     * A cell that is killed at whatever it writes and run again leaves what it leaves undisturbed.
     */
    void requireSameBytesWhereverKilled(Cell cell, Path folder, String... files)
            throws IOException {
        List<String> passed = new ArrayList<>();
        SortedMap<String, String> expected =
                content(run(cell, folder.resolve("undisturbed"), passed::add).path());
        assertThat(expected).containsKeys(files);
        assertThat(passed).isNotEmpty();
        for (int point = 0; point < passed.size(); point++) {
            Path disturbed = folder.resolve("killed-" + point);
            kill(cell, disturbed, point);
            assertThat(content(run(cell, disturbed, WritePoints.SILENT).path()))
                    .as("killed after " + passed.get(point))
                    .isEqualTo(expected);
        }
    }

    private void kill(Cell cell, Path path, int point) {
        List<String> passed = new ArrayList<>();
        WritePoints fatal =
                name -> {
                    passed.add(name);
                    if (passed.size() > point) {
                        throw new IllegalStateException("killed");
                    }
                };
        assertThatThrownBy(() -> run(cell, path, fatal)).hasMessage("killed");
    }

    private static SortedMap<String, String> content(Path root) throws IOException {
        SortedMap<String, String> content = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = root.relativize(file).toString();
                if (!MAY_DIFFER.contains(name)) {
                    content.put(name, HexFormat.of().formatHex(Files.readAllBytes(file)));
                }
            }
        }
        return content;
    }

    /** A policy that the cell kept. */
    static PolicyFile policy(CellFolder done, String name) {
        return PolicyFile.open(done.path().resolve("policies").resolve(name + ".safetensors"));
    }

    /** Nothing may ask for stored data. */
    private static final class NoData implements DatasetDirectory {
        @Override
        public DatasetFacts facts(String path) {
            throw new AssertionError("an online cell asked for the data set '" + path + "'");
        }

        @Override
        public Sampler open(
                String path,
                EpisodeSubset subset,
                int batch,
                RandomStream stream,
                TensorFactory tensors) {
            throw new AssertionError("an online cell asked for the data set '" + path + "'");
        }
    }
}
