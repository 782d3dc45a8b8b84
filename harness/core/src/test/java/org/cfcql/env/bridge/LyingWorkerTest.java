package org.cfcql.env.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.cfcql.env.EnvironmentRequest;
import org.cfcql.error.EnvironmentFault;
import org.cfcql.plugin.PluginFolders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The worker itself, with its secrets, lies on the wire: one line, exit code 4, in time. */
class LyingWorkerTest {
    private static final PluginFolders NO_PLUGINS = new PluginFolders(List.of());

    private static final Path SOURCE = Path.of("src/test/resources/hostile-worker");
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** For those who say nothing; to the others as much time as a loaded machine needs. */
    private static final long SILENCE_MS = 3_000;

    private static final RestartPolicy NEVER = new RestartPolicy(0, 1, 1, 1);

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "announce -1|expected frames within their limits",
                "announce 9223372036854775807|expected frames within their limits",
                "announce 1073741824|expected frames within their limits",
                "announce 67108865|expected frames within their limits",
                "announce 1048577|expected frames within their limits",
                "more|expected frames within their limits",
                "empty|expected frames within their limits",
                "messages|a wrong reply to HELLO",
                "flags 4|expected a frame, found flags 4",
                "flags 255|expected a frame, found flags 255",
                "stops|HELLO took longer than 3000 ms",
                "drips|a wrong reply to HELLO",
                "hangs-up|the connection to the worker is gone",
                "twice|HELLO took longer than 3000 ms",
                "deaf|HELLO took longer than 3000 ms",
                "frozen|HELLO took longer than 3000 ms"
            })
    void aLieOnTheWireEndsInOneLine(String lie, String reason) throws IOException {
        WorkerProgram liar = liar(lie);
        long helloMs = reason.contains("took longer") ? SILENCE_MS : 60_000;
        Deadlines deadlines = new Deadlines(helloMs, 3_000, 3_000, 3_000, 3_000, 3_000, 500);
        EnvironmentFault fault =
                assertTimeoutPreemptively(
                        PATIENCE,
                        () ->
                                catchThrowableOfType(
                                        EnvironmentFault.class,
                                        () ->
                                                new SupervisedEnvironment(
                                                        incarnation ->
                                                                new RouterLink(liar, incarnation),
                                                        new EnvironmentRequest(
                                                                "faulty/none", new TreeMap<>(), 1),
                                                        "none",
                                                        deadlines,
                                                        NEVER,
                                                        MonotonicClock.SYSTEM)));
        assertThat(fault).isNotNull();
        assertThat(fault.exitCode()).isEqualTo(4);
        assertThat(fault.getMessage()).contains(reason).matches("[^\\p{Cntrl}]*");
    }

    /** What a harness does that has such a worker and is asked to end. */
    static final class Waiting {
        private Waiting() {}

        public static void main(String[] arguments) throws IOException {
            WorkerProgram liar =
                    new WorkerProgram(Path.of("python3"), Path.of(arguments[0]), NO_PLUGINS);
            RouterLink link = new RouterLink(liar, 1);
            Stranger.at(link.endpoint()).greet(Greeting.BYTES / 2);
            Stranger.at(link.endpoint()).introduce("worker").announce(2, -1);
            System.out.println("waits " + link.pid());
            new BridgeSession(link, Deadlines.DEFAULT, MonotonicClock.SYSTEM, "none").greet();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"stops", "deaf", "frozen"})
    void sigtermAlwaysEndsTheProcess(String lie) throws Exception {
        liar(lie);
        Process waiting =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Waiting.class.getName(),
                                folder.toString())
                        .redirectErrorStream(true)
                        .start();
        String line = waiting.inputReader(StandardCharsets.UTF_8).readLine();
        assertThat(line).startsWith("waits ");
        waiting.destroy();
        assertThat(waiting.waitFor(20, TimeUnit.SECONDS)).as("it ended").isTrue();
        assertThat(waiting.exitValue()).isEqualTo(143);
        ProcessHandle.of(Long.parseLong(line.substring("waits ".length())))
                .ifPresent(worker -> assertThat(worker.onExit()).succeedsWithin(PATIENCE));
    }

    @Test
    void announcedMemoryIsNotTaken() {
        MessageReader reader = new MessageReader();
        long before = usedBytes();
        byte[] head = {1, 1, 0, 3, 0, 0, 0, 0, 4, 0, 0, 0, 7};
        reader.take(ByteBuffer.wrap(head));
        assertThat(usedBytes() - before).isLessThan(1 << 22);
        assertThat(reader.next()).isEmpty();
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private WorkerProgram liar(String lie) throws IOException {
        Path module = Files.createDirectories(folder.resolve("cfcql_bridges"));
        for (String file : new String[] {"__init__.py", "worker.py"}) {
            Files.copy(SOURCE.resolve("cfcql_bridges").resolve(file), module.resolve(file));
        }
        Files.writeString(module.resolve("lie"), lie);
        return new WorkerProgram(Path.of("python3"), folder, NO_PLUGINS);
    }
}
