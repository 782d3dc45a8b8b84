package org.cfcql.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.cfcql.error.CfcqlException;
import org.cfcql.error.HarnessBug;
import org.cfcql.fuzz.Damage;
import org.cfcql.nativecode.LibTorchRuntime;
import org.cfcql.random.RandomStream;
import org.cfcql.run.cell.CellRunner;
import org.cfcql.run.experiment.Experiment;
import org.cfcql.run.experiment.ExperimentReader;
import org.cfcql.run.folder.CellFolder;
import org.cfcql.run.folder.CellProvenance;
import org.cfcql.run.folder.RunFolder;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.Storage;
import org.cfcql.run.storage.WritePoints;
import org.cfcql.run.training.CellProgress;
import org.cfcql.run.training.RunOptions;
import org.cfcql.run.training.StopSignal;

/** A damaged run folder leads to the same bytes or to a refusal, never to other numbers. */
class RunFolderFuzzTest {
    private static Path root;
    private static Cell cell;
    private static SortedMap<String, String> expected;

    @BeforeContainer
    static void train() throws IOException {
        root = Files.createTempDirectory("cfcql-fuzz");
        RunFolder run = new RunFolder(root.resolve("undisturbed"));
        Experiment experiment =
                ExperimentReader.parse(
                        ExperimentTest.TEXT,
                        "trial",
                        List.of(
                                "algorithms={fake-pretrained: {}}",
                                "budget.rounds=6",
                                "seeds=[0]"));
        run.prepare(experiment, Preflight.plan(experiment, FakeServices.create()));
        cell = run.plan().cells().get(0);
        CellFolder done = run.cell(cell.id());
        train(done, new StopSignal(), WritePoints.SILENT);
        expected = CellRunnerTest.content(done.path());
        CellFolder stopped = new CellFolder(root.resolve("stopped").resolve(cell.id()));
        StopSignal stop = new StopSignal();
        train(
                stopped,
                stop,
                point -> {
                    if (point.equals("evaluation 1")) {
                        stop.request();
                    }
                });
    }

    @AfterContainer
    static void remove() {
        Storage.deleteTree(root);
    }

    @Property
    void aDamagedFileOfADoneCellIsRefusedOrWithoutConsequence(@ForAll long seed)
            throws IOException {
        RandomStream random = new RandomStream(seed);
        Path folder = copy(root.resolve("undisturbed/cells").resolve(cell.id()));
        Path file = damageOne(folder, random);
        byte[] result = Files.readAllBytes(folder.resolve("result.json"));
        try {
            double score = new CellFolder(folder).outcome(cell).orElseThrow().score();
            assertThat(score)
                    .as("score after damage of %s, result %s", file, new String(result))
                    .isEqualTo(expectedScore());
        } catch (CfcqlException refused) {
            assertNamed(refused);
        }
    }

    @Property
    void aDamagedFileOfAStoppedCellIsRefusedOrTheCellEndsWithTheSameBytes(@ForAll long seed)
            throws IOException {
        RandomStream random = new RandomStream(seed);
        Path folder = copy(root.resolve("stopped").resolve(cell.id()));
        Path file = damageOne(folder, random);
        try {
            train(new CellFolder(folder), new StopSignal(), WritePoints.SILENT);
            assertThat(CellRunnerTest.content(folder)).as("damaged " + file).isEqualTo(expected);
        } catch (CfcqlException refused) {
            assertNamed(refused);
        }
    }

    @Property
    void aDamagedPlanIsRefusedOrOfCellsThatCanBeRun(@ForAll long seed) throws IOException {
        Path file = root.resolve("plan.json");
        byte[] whole = Files.readAllBytes(root.resolve("undisturbed").resolve("plan.json"));
        Files.write(file, Damage.ofJson(whole, new RandomStream(seed)));
        try {
            new RunFolder(root)
                    .plan()
                    .cells()
                    .forEach(one -> assertThat(one.length().rounds()).isPositive());
        } catch (CfcqlException refused) {
            assertNamed(refused);
        }
    }

    private static double expectedScore() {
        CellFolder done = new RunFolder(root.resolve("undisturbed")).cell(cell.id());
        return done.outcome(cell).orElseThrow().score();
    }

    private static void assertNamed(CfcqlException refused) {
        assertThat(refused).isNotInstanceOf(HarnessBug.class);
        assertThat(refused.getMessage()).startsWith("expected").doesNotContain("\n");
    }

    private static Path damageOne(Path folder, RandomStream random) throws IOException {
        List<Path> files;
        try (var walk = Files.walk(folder)) {
            // The log, the times and the lock decide nothing.
            files =
                    walk.filter(Files::isRegularFile)
                            .filter(path -> !path.endsWith("timing.jsonl"))
                            .sorted()
                            .toList();
        }
        Path file = files.get(random.nextInt(files.size()));
        byte[] whole = Files.readAllBytes(file);
        boolean json = file.toString().contains(".json");
        Files.write(file, json ? Damage.ofJson(whole, random) : Damage.ofBytes(whole, random));
        return file;
    }

    private static Path copy(Path from) throws IOException {
        Path to = root.resolve("damaged").resolve(cell.id());
        Storage.deleteTree(to);
        try (var walk = Files.walk(from)) {
            for (Path path : walk.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
        }
        return to;
    }

    private static void train(CellFolder target, StopSignal stop, WritePoints points) {
        RunOptions options = new RunOptions(stop, CellProgress.SILENT, Duration.ofDays(1), points);
        CellProvenance provenance =
                new CellProvenance("test", Path.of("no-checkout"), LibTorchRuntime.initialise(1));
        try {
            Files.createDirectories(target.path());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        try (CellRunner runner =
                new CellRunner(cell, target, provenance, FakeServices.create(), options)) {
            runner.run();
        }
    }
}
