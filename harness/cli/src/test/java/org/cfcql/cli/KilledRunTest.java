package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.cfcql.env.bridge.Bridges;
import org.cfcql.nativecode.LibTorchRuntime;
import org.cfcql.nativecode.NativeKernels;
import org.cfcql.run.storage.Storage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes: {@code cfcql run} with its worker and its environment, killed at every level.
 * Needs the numpy environments ({@code cfcql env install numpy}).
 */
class KilledRunTest {
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final String CELL = "cfcql__mpe-simple_spread__noise__s0__equal";

    @TempDir Path folder;

    @Test
    void killsOfWorkerParentAndCtrlCLeaveTheBytesOfAnUndisturbedRun() throws Exception {
        Path home = Path.of("../..").toAbsolutePath().normalize();
        assumeTrue(
                Bridges.at(home).installed("numpy"),
                "skipped: the numpy environments are not installed (make venv)");
        SmallData.write(folder.resolve("noise"), 60);
        Files.writeString(
                folder.resolve("killed.yaml"),
                """
                name: killed
                environments: [mpe/simple_spread]
                datasets: [%s]
                algorithms: {cfcql: {}}
                budget: {rounds: 120, batch: 16}
                evaluation: {every: 10, episodes: 4, finalEpisodes: 8}
                """
                        .formatted(folder.resolve("noise")));
        assertThat(finished(start(home, "quiet"))).isZero();

        Process first = start(home, "disturbed");
        waitForLines(first, 25);
        first.toHandle().children().findFirst().orElseThrow().destroyForcibly();
        assertThat(finished(first)).as("a killed worker fails its cell").isEqualTo(1);
        assertThat(output("disturbed")).contains("failed  " + CELL).contains("signal 9");

        Process second = start(home, "disturbed");
        waitForLines(second, 50);
        second.destroyForcibly();
        assertThat(finished(second)).isEqualTo(137);

        Process third = start(home, "disturbed");
        waitForLines(third, 65);
        // Held while the signal travels, so that a busy machine cannot let it finish first.
        long worker = third.toHandle().children().findFirst().orElseThrow().pid();
        signal("STOP", worker);
        signal("INT", third.pid());
        signal("CONT", worker);
        assertThat(finished(third)).as("Ctrl-C").isEqualTo(130);
        assertThat(folder.resolve("disturbed/cells/" + CELL + "/result.json")).doesNotExist();

        assertThat(finished(start(home, "disturbed"))).isZero();
        List<String> printed = output("disturbed").lines().toList();
        assertThat(printed.get(printed.size() - 1)).endsWith("/disturbed");
        assertThat(content("disturbed")).isEqualTo(content("quiet"));
        if (NativeKernels.available()) {
            assertThat(described("quiet").path("provenance").path("nativeKernels").asText())
                    .as("the penalty by the kernel")
                    .isEqualTo(LibTorchRuntime.initialise(1).kernels());
        }
        watchEvaluateAndExport(home);
    }

    /** What the other commands make of a cell that was killed three times. */
    private void watchEvaluateAndExport(Path home) throws Exception {
        String run = folder.resolve("disturbed").toString();
        Path done = folder.resolve("disturbed/cells").resolve(CELL);
        JsonNode status = Storage.JSON.readTree(printed("status", run, "--json"));
        assertThat(status.path("cells").get(0).path("state").asText()).isEqualTo("done");
        assertThat(status.path("cells").get(0).path("restarts").asInt()).isEqualTo(3);

        String exported = folder.resolve("policy.safetensors").toString();
        assertThat(printed("export", done.toString(), "--out", exported)).contains(exported);
        printed("export", done.toString(), "--out", exported, "--force");

        String before = System.setProperty("cfcql.home", home.toString());
        try {
            JsonNode played =
                    Storage.JSON.readTree(printed("eval", exported, "--episodes", "8", "--json"));
            JsonNode result = Storage.JSON.readTree(done.resolve("result.json").toFile());
            assertThat(played.path("mean").asDouble())
                    .as("the episodes of the final evaluation again")
                    .isEqualTo(result.path("final").path("mean").asDouble());
        } finally {
            if (before == null) {
                System.clearProperty("cfcql.home");
            } else {
                System.setProperty("cfcql.home", before);
            }
        }
    }

    private static String printed(String... arguments) {
        Ended ended = Ended.of(arguments);
        assertThat(ended.code()).as(ended.err()).isZero();
        return ended.out();
    }

    private JsonNode described(String out) throws IOException {
        Path file = folder.resolve(out).resolve("cells").resolve(CELL).resolve("cell.json");
        return Storage.JSON.readTree(file.toFile());
    }

    private Process start(Path home, String out) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                // A background job of a shell starts its children deaf to Ctrl-C.
                                "env",
                                "--default-signal=INT",
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx1g",
                                "-Dorg.bytedeco.javacpp.nopointergc=true",
                                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                                "-Dcfcql.home=" + home,
                                "-cp",
                                System.getProperty("java.class.path"),
                                "org.cfcql.cli.Main",
                                "run",
                                folder.resolve("killed.yaml").toString(),
                                "--out",
                                folder.resolve(out).toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(out + ".txt").toFile())
                .start();
    }

    private static void signal(String name, long pid) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
    }

    private int finished(Process process) throws Exception {
        assertThat(process.waitFor(PATIENCE_NANOS, TimeUnit.NANOSECONDS))
                .as("ended in time; it printed: " + output("disturbed"))
                .isTrue();
        return process.exitValue();
    }

    private String output(String out) throws IOException {
        Path file = folder.resolve(out + ".txt");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    /** Waits until the worker has logged so many rounds. */
    private void waitForLines(Process process, int lines) throws IOException {
        Path metrics = folder.resolve("disturbed/cells/" + CELL + "/metrics.jsonl");
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!Files.exists(metrics) || Files.readAllLines(metrics).size() < lines) {
            assertThat(process.isAlive())
                    .as("the run goes on; it printed: " + output("disturbed"))
                    .isTrue();
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private SortedMap<String, String> content(String out) throws IOException {
        Path root = folder.resolve(out).resolve("cells").resolve(CELL);
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
