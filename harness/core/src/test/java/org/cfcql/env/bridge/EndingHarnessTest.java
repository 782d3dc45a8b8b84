package org.cfcql.env.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.cfcql.error.Stopping;
import org.cfcql.plugin.PluginFolders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndingHarnessTest {
    private static final PluginFolders NO_PLUGINS = new PluginFolders(List.of());

    @TempDir Path temporary;

    /** Starts an environment while its process is ending. */
    static final class Ending {
        private Ending() {}

        public static void main(String[] arguments) {
            Runtime.getRuntime().addShutdownHook(new Thread(Ending::startEnvironment));
        }

        private static void startEnvironment() {
            WorkerProgram sleeper =
                    new WorkerProgram(Path.of("/bin/cat"), Path.of("."), NO_PLUGINS);
            try (WorkerProcess never = new WorkerProcess(sleeper, "tcp://127.0.0.1:9", "x", "y")) {
                System.out.println("started " + never.pid());
            } catch (Stopping expected) {
                System.out.println(expected.getMessage());
            }
        }
    }

    @Test
    void noEnvironmentIsStartedWhileTheProcessEndsAndNoFolderStays() throws Exception {
        Process ending =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Djava.io.tmpdir=" + temporary,
                                "-cp",
                                System.getProperty("java.class.path"),
                                Ending.class.getName())
                        .redirectErrorStream(true)
                        .start();

        String printed = new String(ending.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(printed.strip()).isEqualTo("stopped before an environment was started");
        assertThat(ending.waitFor()).isZero();
        assertThat(temporary).isEmptyDirectory();
    }
}
