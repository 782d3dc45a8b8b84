package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cfcql.run.Preflight;
import org.cfcql.run.experiment.Experiment;
import org.cfcql.run.experiment.ExperimentReader;
import org.cfcql.run.folder.CellFolder;
import org.cfcql.run.folder.CellStatus;
import org.cfcql.run.folder.RunFolder;
import org.cfcql.run.plan.Plan;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A run folder in which another process is at work, or which the file system does not lock. */
@ExtendWith(CheckoutHome.class)
class LockedRunTest {
    @TempDir Path folder;
    private Path experiment;
    private RunFolder run;
    private Plan plan;

    /** Another process that holds a run folder and its first cell until it is killed. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            RunFolder run = new RunFolder(Path.of(arguments[0]));
            boolean held =
                    run.lock().isPresent()
                            && run.cell(run.plan().cells().get(0).id()).lock().isPresent();
            System.out.println(held);
            System.in.read();
        }
    }

    @BeforeEach
    void aPreparedRun() throws IOException {
        experiment = SmallData.writeTrial(folder);
        run = new RunFolder(folder.resolve("run"));
        Experiment read = ExperimentReader.read(experiment, List.of());
        plan = Preflight.plan(read, Wiring.services());
        run.prepare(read, plan);
    }

    @Test
    void aFolderAtWorkIsRefusedAndOneWhoseProcessWasKilledIsNot() throws Exception {
        Process holder = holder();
        try {
            Ended refused = Ended.of(plannedOnly());
            assertThat(refused.code()).as(refused.err()).isEqualTo(2);
            assertThat(refused.err())
                    .isEqualToIgnoringNewLines(
                            "cfcql: expected "
                                    + run.path()
                                    + " to be free, found another cfcql process at work in it; wait"
                                    + " for it or stop it");
            CellFolder cell = run.cell(plan.cells().get(0).id());
            assertThat(CellStatus.read(plan.cells().get(0), cell).state())
                    .isEqualTo(CellStatus.State.RUNNING);
        } finally {
            holder.destroyForcibly().waitFor();
        }
        assertThat(run.path().resolve("lock")).as("what the killed process left").exists();
        Ended next = Ended.of(plannedOnly());
        assertThat(next.code()).as(next.err()).isZero();
    }

    @Test
    void aRunFolderThatCannotBeLockedIsAFaultOfTheMachineInOneLine() throws IOException {
        Files.createDirectory(run.path().resolve("lock"));
        Ended refused = Ended.of(plannedOnly());
        assertThat(refused.code()).isEqualTo(6);
        assertThat(refused.err().lines()).hasSize(1);
        assertThat(refused.err())
                .startsWith("cfcql: expected to lock " + run.path().resolve("lock"))
                .contains(" of type " + Files.getFileStore(folder).type())
                .contains("another --out");
    }

    @Test
    void aWorkerThatCannotLockItsCellSaysSoInOneLineAndNotesNothingInIt() throws Exception {
        CellFolder cell = run.cell(plan.cells().get(0).id());
        Files.createDirectories(cell.lockFile());
        Process worker = worker();
        String printed = new String(worker.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(worker.waitFor()).as(printed).isEqualTo(6);
        assertThat(printed.lines())
                .singleElement()
                .asString()
                .startsWith("cfcql: expected to lock " + cell.lockFile());
        assertThat(cell.failure()).doesNotExist();
    }

    @Test
    void aDetachedWorkerKeepsItsMessagesInTheLogOfItsCellAndEndsAsItsWorkerDid() throws Exception {
        CellFolder cell = run.cell(plan.cells().get(0).id());
        Files.createDirectories(cell.lockFile());
        Process worker = worker("--detached");
        worker.getOutputStream().close();
        String printed = new String(worker.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(worker.waitFor()).as(printed).isEqualTo(6);
        assertThat(printed.lines().toList().get(printed.lines().toList().size() - 1))
                .startsWith("cfcql: expected to lock " + cell.lockFile());
        assertThat(cell.log()).content().startsWith("cfcql: expected to lock ");
    }

    @Test
    void aDetachedWorkerWhoseCellIsAtWorkElsewhereHasNothingToDoAndNothingToComplainOf()
            throws Exception {
        Process holder = holder();
        try {
            CellFolder cell = run.cell(plan.cells().get(0).id());
            Process worker = worker("--detached");
            worker.getOutputStream().close();
            String printed =
                    new String(worker.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(worker.waitFor()).as(printed).isZero();
            assertThat(printed.strip()).endsWith("at work elsewhere " + plan.cells().get(0).id());
            assertThat(cell.failure()).doesNotExist();
            assertThat(cell.result()).doesNotExist();
        } finally {
            holder.destroyForcibly().waitFor();
        }
    }

    /** A worker of the first cell. */
    private Process worker(String... flags) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("worker"));
        arguments.addAll(List.of(flags));
        arguments.addAll(List.of("--run", run.path().toString()));
        arguments.addAll(List.of("--cell", plan.cells().get(0).id()));
        return program("org.cfcql.cli.Main", arguments.toArray(String[]::new));
    }

    private String[] plannedOnly() {
        return new String[] {
            "run", experiment.toString(), "--executor", "slurm", "--out", run.path().toString()
        };
    }

    private Process holder() throws IOException {
        Process process = program(Holder.class.getName(), run.path().toString());
        BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        assertThat(lines.readLine())
                .as("whether the other process has the locks")
                .isEqualTo("true");
        return process;
    }

    private static Process program(String main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Dcfcql.home=" + CheckoutHome.PATH);
        command.add("-Dcfcql.lock.seconds=0");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).start();
    }
}
