package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real process that computes in LibTorch when a signal asks it to end. */
class StoppedCommandTest {
    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130", "HUP, 129"})
    void aSignalEndsACommandAtItsNextSafePlaceWithTheStatusOfThatSignal(String signal, int status)
            throws Exception {
        Path messages = folder.resolve("messages");
        Process process = verify(messages);
        // One of nine golden files is compared: it is in the middle of the next.
        assertThat(process.inputReader().readLine()).contains("passed");

        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();

        List<String> printed = process.inputReader().lines().toList();
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isEqualTo(status);
        assertThat(printed).as("files compared afterwards").hasSizeLessThan(8);
        assertThat(Files.readString(messages))
                .contains("cfcql: stopped as asked; what was not finished is not kept")
                .doesNotContain("fatal error", "a bug", "found no safe place");
    }

    private static Process verify(Path messages) throws Exception {
        return new ProcessBuilder(
                        // A background job of a shell starts its children deaf to Ctrl-C.
                        "env",
                        "--default-signal=INT,HUP",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        // The test runs on machines that are busier than anybody's.
                        "-Dcfcql.stop.seconds=120",
                        "-Dorg.bytedeco.javacpp.nopointergc=true",
                        "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                        "-Dorg.bytedeco.javacpp.cachedir="
                                + System.getProperty("org.bytedeco.javacpp.cachedir"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.cfcql.cli.Main",
                        "verify",
                        "../core/src/test/resources/golden")
                .redirectError(messages.toFile())
                .start();
    }
}
