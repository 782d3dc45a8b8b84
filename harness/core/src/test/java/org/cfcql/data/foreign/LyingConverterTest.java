package org.cfcql.data.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.cfcql.env.bridge.Bridges;
import org.cfcql.error.CfcqlException;
import org.cfcql.error.MachineFault;
import org.cfcql.error.MissingDependency;
import org.cfcql.plugin.PluginFolders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A converter that dies, stands still or says what is not so; whatever it does, nothing stays. */
final class LyingConverterTest {
    private static final Duration SILENCE = Duration.ofSeconds(1);

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "echo 'expected rows, found none' >&2; exit 2 | 2 | expected rows, found none",
                "echo 'no space' >&2; exit 6 | 6 | no space; nothing was kept",
                "echo Trace >&2; exit 1 | 6 | ended with status 1 (Trace)",
                "exit 2 | 6 | ended with status 2 (without a word)",
                "kill -9 $$ | 6 | ended with signal 9",
                "sleep 60 | 6 | expected the converter to get on within 1 seconds",
                "echo nonsense; exit 0 | 6 | ended with status 0",
                "echo '{\"done\": {}}'; exit 0 | 2 | expected",
            })
    void whateverItDoesIsOneLineAndLeavesNothing(String script, int code, String message)
            throws IOException {
        Path target = folder.resolve("target");
        assertThatThrownBy(() -> load(target, script))
                .isInstanceOf(CfcqlException.class)
                .hasMessageContaining(message)
                .satisfies(
                        failure -> {
                            assertThat(((CfcqlException) failure).exitCode()).isEqualTo(code);
                            assertThat(failure.getMessage().lines()).hasSize(1);
                        });
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("venvs");
    }

    @Test
    void progressKeepsItAlive() {
        String slow = "for i in 1 2 3; do sleep 0.6; echo '{\"at\": 1}'; done; exit 1";
        assertThatThrownBy(() -> load(folder.resolve("target"), slow))
                .isInstanceOf(MachineFault.class)
                .hasMessageContaining("ended with status 1");
    }

    @Test
    void withoutItsPackagesTheCommandThatInstallsThemIsNamed() {
        Converter absent = new Converter(bridges(), SILENCE);
        assertThatThrownBy(() -> imported(folder.resolve("target"), absent))
                .isInstanceOf(MissingDependency.class)
                .hasMessageContaining("cfcql env install data");
    }

    @Test
    void layoutsHaveTheNamesThatUsersKnow() {
        assertThat(ForeignLayout.of("cfcql-h5")).contains(ForeignLayout.PADDED);
        assertThat(ForeignLayout.of("csv")).isEmpty();
        assertThat(ForeignLayout.names(true)).isEqualTo("cfcql-h5, omar, vault");
    }

    private void load(Path target, String script) throws IOException {
        Path python = folder.resolve("venvs/data/bin/python");
        Files.createDirectories(python.getParent());
        Files.writeString(python, "#!/bin/bash\ncat >/dev/null\n" + script + "\n");
        Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(folder.resolve("venvs/data/.ready"), "");
        imported(target, new Converter(bridges(), SILENCE));
    }

    private static void imported(Path target, Converter converter) {
        ForeignImport.of(Path.of("source"))
                .ofDraw(1)
                .importTo(
                        target, List.of("cfcql", "data", "import"), "test", converter, card -> {});
    }

    private Bridges bridges() {
        Path home = Path.of("../..").toAbsolutePath().normalize();
        return new Bridges(
                home, folder.resolve("venvs"), "python3", PluginFolders.of(home, Map.of()));
    }
}
