package org.cfcql.cli.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import org.cfcql.budget.Scale;
import org.cfcql.cli.executor.LocalExecutor.Failure;
import org.cfcql.error.MachineFault;
import org.cfcql.eval.EvaluationSeeds.StartStates;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Track;
import org.cfcql.run.experiment.Experiment.EnvironmentChoice;
import org.cfcql.run.experiment.Replay;
import org.cfcql.run.folder.CellFolder;
import org.cfcql.run.folder.CellStatus;
import org.cfcql.run.folder.RunFolder;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.Storage;
import org.cfcql.tensor.Compute;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Kernels;
import org.cfcql.tensor.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers that misbehave, played by small shell commands. */
class LocalExecutorTest {
    private static final String REPORT =
            new WorkerReport(WorkerReport.FAILED, 0, 0, "expected finite numbers").toLine();
    private static final Map<String, String> COMMANDS =
            Map.of(
                    "hangs", "exec tail -f /dev/null",
                    "crashes", "kill -9 $$",
                    "refuses", "echo '" + REPORT + "'; exit 5",
                    "lies", "exit 0",
                    "good", "echo 'noise of a library'; exit 0");

    @TempDir Path folder;

    @Test
    void oneWorkerThatHangsCrashesOrLiesTouchesNoOther() {
        RunFolder run = new RunFolder(folder);
        finish(run, cell("good", "cpu"));
        StringWriter printed = new StringWriter();
        List<Cell> cells = COMMANDS.keySet().stream().sorted().map(id -> cell(id, "cpu")).toList();
        LocalExecutor executor =
                new LocalExecutor(
                        run,
                        2,
                        Duration.ofMillis(500),
                        new PlainProgress(new PrintWriter(printed), cells.size(), 2),
                        id -> List.of("bash", "-c", COMMANDS.get(id)));
        assertThat(executor.execute(cells))
                .extracting(Failure::cell, Failure::status)
                .containsExactly(
                        tuple("crashes", 137),
                        tuple("hangs", 137),
                        tuple("lies", 0),
                        tuple("refuses", 5));
        assertThat(printed.toString())
                .contains("stopped hangs: no progress for")
                .contains("stopped crashes: the worker was ended by signal 9 (SIGKILL); run")
                .contains("stopped refuses: expected finite numbers")
                .contains("done    good");
    }

    /** The files of a cell that is done, as far as they are held to each other. */
    private static void finish(RunFolder run, Cell cell) {
        CellFolder files = run.cell(cell.id());
        Map<String, Object> units = Map.of("CRITIC", cell.length().rounds());
        Map<String, Object> result = new TreeMap<>();
        result.put("cell", cell.id());
        result.put("algorithm", cell.algorithm());
        result.put("environment", cell.environment().id());
        result.put("seed", cell.seed());
        result.put("rounds", cell.length().rounds());
        result.put("score", 1.5);
        result.put("ledger", Map.of("granted", units, "spent", units));
        Storage.writeJson(files.result(), result);
        Storage.writeJson(files.cell(), Map.of("id", cell.id()));
        String line = "{\"evaluation\": \"final\", \"score\": 1.5}\n";
        Storage.writeAtomically(files.evaluations(), line.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theReportOfACrashLiesInTheCellsFolderAndInItsReason() {
        RunFolder run = new RunFolder(folder);
        // As a Java machine does it, which says so where the reports of a worker are expected.
        String crash =
                "cd %s; echo '#  SIGSEGV (0xb) at pc=0x1, pid=2' > hs_err_pid$$.log;"
                        + " cat hs_err_pid$$.log; kill -ABRT $$";
        LocalExecutor executor =
                new LocalExecutor(
                        run,
                        1,
                        Duration.ofMinutes(1),
                        new PlainProgress(new PrintWriter(new StringWriter()), 1, 1),
                        id -> List.of("bash", "-c", crash.formatted(run.cell(id).path())));
        Cell cell = cell("crashed", "cpu");

        List<Failure> failures = executor.execute(List.of(cell));

        assertThat(failures).hasSize(1);
        assertThat(failures.get(0).reason())
                .startsWith(
                        "the worker was ended by signal 6 (SIGABRT) after SIGSEGV, its report is ")
                .contains(run.cell("crashed").path().resolve("hs_err_pid").toString())
                .endsWith("; run the same command again to continue from its checkpoint");
        CellStatus status = CellStatus.read(cell, run.cell("crashed"));
        assertThat(status.state()).isEqualTo(CellStatus.State.CRASHED);
        assertThat(status.error()).isEqualTo(failures.get(0).reason());
        assertThat(run.cell("crashed").log())
                .content()
                .isEqualTo("#  SIGSEGV (0xb) at pc=0x1, pid=2\n");
    }

    @Test
    void aWorkerThatWasAskedToEndIsNotCalledCrashed() {
        RunFolder run = new RunFolder(folder);
        LocalExecutor executor =
                new LocalExecutor(
                        run,
                        1,
                        Duration.ofMinutes(1),
                        new PlainProgress(new PrintWriter(new StringWriter()), 1, 1),
                        id -> List.of("bash", "-c", "kill -TERM $$"));

        executor.execute(List.of(cell("stopped", "cpu")));

        assertThat(run.cell("stopped").failure()).doesNotExist();
    }

    @Test
    void aWorkersJavaMachineLeavesItsReportInTheCellsFolder() {
        List<String> command = CellProcess.command(folder, "one");

        assertThat(command)
                .containsSubsequence(
                        "-XX:ErrorFile=" + folder.resolve("cells/one/hs_err_pid%p.log"),
                        "-XX:+DisplayVMOutputToStderr",
                        "org.cfcql.cli.Main");
    }

    /** Starts cells while its process is ending. */
    static final class Ending {
        private Ending() {}

        public static void main(String[] arguments) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> startCells(arguments[0])));
        }

        private static void startCells(String folder) {
            LocalExecutor executor =
                    new LocalExecutor(
                            new RunFolder(Path.of(folder)),
                            1,
                            Duration.ofMinutes(1),
                            new PlainProgress(new PrintWriter(new StringWriter()), 1, 1),
                            id -> List.of("true"));
            try {
                executor.execute(List.of(cell("late", "cpu")));
            } catch (RuntimeException failure) {
                System.out.println(failure);
            }
        }
    }

    @Test
    void toStartCellsWhileTheProcessEndsIsNoBug() throws Exception {
        Process ending =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Ending.class.getName(),
                                folder.toString())
                        .redirectErrorStream(true)
                        .start();

        String printed = new String(ending.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(printed.strip())
                .isEqualTo("org.cfcql.error.Stopping: stopped before a cell was started");
        assertThat(ending.waitFor()).isZero();
    }

    @Test
    void aFullDiskStopsTheStartOfFurtherCells() {
        RunFolder run = new RunFolder(folder);
        LocalExecutor executor =
                new LocalExecutor(
                        run,
                        1,
                        Duration.ofMinutes(1),
                        new PlainProgress(new PrintWriter(new StringWriter()), 2, 1),
                        id -> List.of("bash", "-c", "exit 6"));
        assertThat(executor.execute(List.of(cell("first", "cpu"), cell("second", "cpu"))))
                .extracting(Failure::cell)
                .containsExactly("first");
    }

    @Test
    void aCellWhoseFolderIsAFileFailsAndStopsTheQueue() throws IOException {
        RunFolder run = new RunFolder(folder);
        Files.createDirectories(folder.resolve("cells"));
        Files.writeString(run.cell("first").path(), "in the way");
        List<Failure> failures = one(run, id -> List.of("bash", "-c", "exit 0"));
        assertThat(failures)
                .extracting(Failure::cell, Failure::status)
                .containsExactly(tuple("first", MachineFault.EXIT_CODE));
        assertThat(failures.get(0).reason())
                .contains("cells/first is no folder")
                .doesNotContain("\n");
    }

    @Test
    void aBugBesideAWorkerFailsItsCellOnly() {
        RunFolder run = new RunFolder(folder);
        List<Failure> failures =
                one(
                        run,
                        id -> {
                            throw new IllegalStateException("no command for " + id);
                        });
        assertThat(failures)
                .extracting(Failure::cell, Failure::status)
                .containsExactly(tuple("first", 70), tuple("second", 70));
        assertThat(failures.get(1).reason()).contains("a bug").contains("no command for second");
    }

    private static List<Failure> one(RunFolder run, Function<String, List<String>> commands) {
        return new LocalExecutor(
                        run,
                        1,
                        Duration.ofMinutes(1),
                        new PlainProgress(new PrintWriter(new StringWriter()), 2, 1),
                        commands)
                .execute(List.of(cell("first", "cpu"), cell("second", "cpu")));
    }

    static Cell cell(String id, String device) {
        return new Cell(
                id,
                "bc",
                "",
                new TreeMap<>(),
                new EnvironmentChoice("mpe/simple_spread", new TreeMap<>()),
                Branch.CONTINUOUS,
                0,
                Track.EQUAL,
                new Cell.Material("data", "data", OptionalInt.empty(), Replay.INDEPENDENT),
                new Cell.Length(1, 1, 5, Scale.FULL),
                new Cell.EvaluationProtocol(1, 1, 1, StartStates.INDEPENDENT),
                new Compute(ComputeDevice.parse(device), Precision.FLOAT32, Kernels.ON));
    }
}
