package org.cfcql.env.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cfcql.error.MissingDependency;
import org.cfcql.plugin.PluginFolders;
import org.junit.jupiter.api.Test;

/** A process of its own that has opened as many files as it may. */
class NoFilesLeftTest {
    private static final PluginFolders NO_PLUGINS = new PluginFolders(List.of());

    private static final int FILES = 400;

    static final class Exhausted {
        private Exhausted() {}

        public static void main(String[] arguments) throws IOException {
            WorkerProgram sleeper =
                    new WorkerProgram(Path.of("/bin/cat"), Path.of("."), NO_PLUGINS);
            // Once with room, so that every class is loaded.
            new RouterLink(sleeper, 1).close();
            List<FileInputStream> open = new ArrayList<>();
            try {
                while (open.size() < FILES) {
                    open.add(new FileInputStream("/dev/null"));
                }
            } catch (IOException full) {
                System.out.println("full");
            }
            for (int freed = 0; freed < 4; freed++) {
                // Each time another step of opening the link is the one that fails.
                attempt(sleeper);
                open.remove(0).close();
            }
        }

        private static void attempt(WorkerProgram sleeper) {
            try {
                new RouterLink(sleeper, 1).close();
            } catch (RuntimeException failure) {
                System.out.println(failure);
            }
        }
    }

    @Test
    void whatIsSaidOfAProcessOrItsFolderIsNotTakenForASocket() {
        WorkerProgram none =
                new WorkerProgram(Path.of("/no/such/python"), Path.of("."), NO_PLUGINS);
        assertThatThrownBy(() -> new RouterLink(none, 1))
                .isInstanceOf(MissingDependency.class)
                .hasMessageContaining("expected a Python that starts at /no/such/python");
    }

    @Test
    void aLinkThatFindsNoFileLeftIsAMachineFault() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String limited = "ulimit -n " + FILES + "; exec \"$0\" -cp \"$1\" \"$2\"";
        Process process =
                new ProcessBuilder(
                                "bash",
                                "-c",
                                limited,
                                java,
                                System.getProperty("java.class.path"),
                                Exhausted.class.getName())
                        .redirectErrorStream(true)
                        .start();

        String printed =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        List<String> lines = printed.lines().toList();
        assertThat(lines).as(printed).hasSizeGreaterThan(1).startsWith("full");
        assertThat(lines.subList(1, lines.size()))
                .allMatch(line -> line.startsWith("org.cfcql.error.MachineFault: expected to "));
        assertThat(lines.get(1)).contains("open a socket").contains("Too many open files");
    }
}
