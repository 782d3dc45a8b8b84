package org.cfcql.cli.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.cfcql.cli.executor.LocalExecutor.Failure;
import org.cfcql.run.folder.CellFolder;
import org.cfcql.run.folder.RunFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers that talk without end, as a library does that warns in each round. */
class FloodingWorkerTest {
    private static final long FLOOD_BYTES = 40L << 20;

    @TempDir Path folder;

    @Test
    void aFloodOnStandardErrorFillsTheLogToItsLimitAndNoFurther() throws IOException {
        String flood =
                "echo first words >&2; yes 'UserWarning: again' | head -c %d >&2; echo >&2; echo"
                        + " last words >&2; exit 5";
        Failure failure = run("bash", "-c", flood.formatted(FLOOD_BYTES));
        assertThat(failure.status()).isEqualTo(5);
        Path log = cell().log();
        assertThat(Files.size(log)).isBetween(1L << 20, (long) BoundedLog.LIMIT_BYTES);
        List<String> lines = Files.readAllLines(log);
        assertThat(lines.get(0)).isEqualTo("first words");
        assertThat(lines.get(lines.size() - 1)).isEqualTo("last words");
        assertThat(lines).filteredOn(line -> line.startsWith("[cfcql left out ")).hasSize(1);

        run("bash", "-c", flood.formatted(FLOOD_BYTES));
        assertThat(Files.size(log)).as("after another attempt").isLessThan(BoundedLog.LIMIT_BYTES);
    }

    @Test
    void aFloodOnStandardOutputHidesNoReport() throws IOException {
        String report = new WorkerReport(WorkerReport.FAILED, 0, 0, "expected less noise").toLine();
        String flood = "yes noise | head -c %d; echo; echo '%s'; exit 5";
        Failure failure = run("bash", "-c", flood.formatted(FLOOD_BYTES, report));
        assertThat(failure.reason()).isEqualTo("expected less noise");
        assertThat(cell().log()).content().startsWith("noise\n");
        assertThat(Files.size(cell().log())).isLessThanOrEqualTo(BoundedLog.LIMIT_BYTES);
    }

    @Test
    void noiseIsNoProgress() {
        Failure failure = run("bash", "-c", "exec yes 'a warning'");
        assertThat(failure.reason()).startsWith("no progress for");
    }

    @Test
    void aLineWithoutEndIsNotKept() throws IOException {
        String report = new WorkerReport("training", 3, 4, "").toLine() + "\n";
        InputStream endless = new Letters(25L * ReportLines.LONGEST_LINE, "\n" + report);
        List<String> foreign = new ArrayList<>();
        Runtime runtime = Runtime.getRuntime();
        try (ReportLines lines = new ReportLines(endless, foreign::add)) {
            runtime.gc();
            long before = runtime.totalMemory() - runtime.freeMemory();
            assertThat(lines.next()).contains(new WorkerReport("training", 3, 4, ""));
            runtime.gc();
            long after = runtime.totalMemory() - runtime.freeMemory();
            assertThat(after - before).isLessThan(12L * ReportLines.LONGEST_LINE);
            assertThat(lines.next()).isEmpty();
            assertThat(foreign).singleElement().asString().hasSize(ReportLines.LONGEST_LINE + 2);
        }
    }

    @Test
    void ofManyCrashReportsTheNewestStay() throws IOException {
        Files.createDirectories(cell().path());
        for (int crash = 0; crash < 20; crash++) {
            Path report = cell().path().resolve("hs_err_pid" + crash + ".log");
            Files.writeString(report, "crash " + crash);
            assertThat(report.toFile().setLastModified(1_000_000L + 1000L * crash)).isTrue();
        }
        run("bash", "-c", "exit 5");
        try (Stream<Path> left = Files.list(cell().path())) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .filteredOn(name -> name.startsWith("hs_err"))
                    .containsExactlyInAnyOrder(
                            "hs_err_pid16.log",
                            "hs_err_pid17.log",
                            "hs_err_pid18.log",
                            "hs_err_pid19.log");
        }
    }

    private CellFolder cell() {
        return new RunFolder(folder).cell("talker");
    }

    private Failure run(String... command) {
        LocalExecutor executor =
                new LocalExecutor(
                        new RunFolder(folder),
                        1,
                        Duration.ofSeconds(command[2].contains("exec yes") ? 1 : 600),
                        new PlainProgress(new PrintWriter(new StringWriter()), 1, 1),
                        id -> List.of(command));
        List<Failure> failures = executor.execute(List.of(LocalExecutorTest.cell("talker", "cpu")));
        assertThat(failures).hasSize(1);
        return failures.get(0);
    }

    /** So many letters, then a text. */
    private static final class Letters extends InputStream {
        private final InputStream text;
        private long left;

        Letters(long letters, String text) {
            left = letters;
            this.text = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public int read() throws IOException {
            return left-- > 0 ? 'x' : text.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = 0;
            for (; count < length && left > 0; count++, left--) {
                target[offset + count] = 'x';
            }
            return count > 0 ? count : text.read(target, offset, length);
        }
    }
}
