package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.cfcql.nativecode.LibTorchRuntime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LauncherTest {
    @TempDir Path folder;

    @Test
    void exportsWhatTheRuntimeAsksOfAWorkersEnvironment() throws IOException {
        String launcher = Files.readString(Path.of("../../cfcql"));
        LibTorchRuntime.workerEnvironment(1)
                .forEach((name, value) -> assertThat(launcher).contains(name + "=" + value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"4m", "7M", "0g", "-1g", "1", "100k", "much", "1g -Xint", "009x"})
    void aHeapThatIsNoSizeOrHoldsNoCommandIsRefusedInOneLine(String heap) throws Exception {
        Ended ended = launch(heap);

        assertThat(ended.printed())
                .isEqualTo(
                        "cfcql: expected CFCQL_HEAP to be a size of at least 8m, for example 1g,"
                                + " found '%s'\n",
                        heap);
        assertThat(ended.status()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8m", "008M", "512m", "1g", "2G"})
    void otherHeapsReachJava(String heap) throws Exception {
        assertThat(launch(heap).printed()).doesNotContain("CFCQL_HEAP");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "LC_ALL=C", "LC_ALL=POSIX", "LANG=C", "LC_ALL=C.UTF-8"})
    void namesOfFilesMayHaveAnyLettersWhateverTheLocaleIs(String locale) throws Exception {
        Files.createDirectories(folder.resolve("harness/cli/target"));
        Files.createFile(folder.resolve("harness/cli/target/cfcql-cli-1.jar"));
        Files.copy(Path.of("../../cfcql"), folder.resolve("cfcql"));
        Path java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\nlocale charmap\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        ProcessBuilder builder =
                new ProcessBuilder(folder.resolve("cfcql").toString(), "doctor")
                        .redirectErrorStream(true);
        Map<String, String> variables = builder.environment();
        variables.keySet().removeIf(name -> name.startsWith("LC_") || name.startsWith("LANG"));
        if (!locale.isEmpty()) {
            variables.put(locale.split("=")[0], locale.split("=")[1]);
        }
        variables.put("JAVA_HOME", folder.resolve("jdk").toString());

        Process process = builder.start();

        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("UTF-8\n");
        assertThat(process.waitFor()).isZero();
    }

    /** With a Java that does nothing; where nothing is built yet the launcher says that. */
    private static Ended launch(String heap) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder("../../cfcql", "doctor").redirectErrorStream(true);
        builder.environment().put("CFCQL_HEAP", heap);
        builder.environment().put("JAVA_HOME", "/nowhere");
        Process process = builder.start();
        String printed =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), printed);
    }

    private record Ended(int status, String printed) {}
}
