package org.cfcql.env.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchFolderTest {
    @TempDir Path parent;

    /** Another harness: makes a folder, says so, then waits to be killed. */
    static final class OtherHarness {
        private OtherHarness() {}

        public static void main(String[] arguments) throws IOException {
            ScratchFolder folder = ScratchFolder.create(Path.of(arguments[0]));
            Files.writeString(folder.path().resolve("of the environment"), "x");
            System.out.println(folder.path());
            System.in.read();
        }
    }

    @Test
    void aClosedFolderIsGoneWithAllThatLiesInIt() throws IOException {
        try (ScratchFolder folder = ScratchFolder.create(parent)) {
            Files.createDirectories(folder.path().resolve("deep").resolve("deeper"));
            Files.writeString(folder.path().resolve("deep").resolve("file"), "x");
            assertThat(folder.path()).isDirectory();
        }

        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void theFolderOfAKilledHarnessIsRemovedByTheNextAndThatOfALiveOneIsNot() throws Exception {
        Process other = start();
        Path theirs = firstLine(other);
        ScratchFolder.create(parent).close();
        assertThat(theirs.resolve("of the environment")).exists();

        other.destroyForcibly().waitFor();
        ScratchFolder.create(parent).close();

        assertThat(theirs).doesNotExist();
    }

    @Test
    void foldersOfThisProcessAndOfNobodyKnownStay() throws IOException {
        Path unknown = Files.createDirectory(parent.resolve("cfcql-env-of-an-older-version"));
        try (ScratchFolder first = ScratchFolder.create(parent);
                ScratchFolder second = ScratchFolder.create(parent)) {
            assertThat(List.of(first.path(), second.path(), unknown)).allMatch(Files::isDirectory);
        }

        assertThat(unknown).exists();
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherHarness.class.getName(),
                        parent.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static Path firstLine(Process process) throws IOException {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            return Path.of(lines.readLine());
        }
    }
}
