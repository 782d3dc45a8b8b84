package org.cfcql.lock;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.cfcql.error.MachineFault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LockReachTest {
    @TempDir Path folder;

    private Path mounts(String... lines) throws IOException {
        return Files.writeString(folder.resolve("mountinfo"), String.join("\n", lines) + "\n");
    }

    private static String line(Path place, String type, String options) {
        String written = place.toString().replace(" ", "\\040");
        return "36 35 0:52 / " + written + " rw,relatime shared:1 - " + type + " srv:/x " + options;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "nfs; rw,vers=3,nolock,addr=1.2.3.4; nolock",
                "nfs4; rw,vers=4.2,local_lock=all; local_lock=all",
                "nfs; rw,local_lock=posix; local_lock=posix",
                "lustre; rw,localflock; localflock"
            })
    void aMountThatKeepsLocksToOneMachineIsRefusedInOneLine(
            String type, String options, String named) throws IOException {
        Path real = folder.toRealPath();
        Path run = Files.createDirectory(real.resolve("my run"));
        Path mounts = mounts(line(Path.of("/"), "ext4", "rw"), line(run, type, options));
        assertThatThrownBy(
                        () ->
                                LockReach.requireBeyondThisMachine(
                                        run.resolve("not made yet"), "another --out", mounts))
                .isInstanceOf(MachineFault.class)
                .hasMessage(
                        "expected locks of "
                                + run.resolve("not made yet")
                                + " to hold on every machine, found a file system of type "
                                + type
                                + " mounted with "
                                + named
                                + ", with which they hold on this one only; mount it without that"
                                + " option or use another place (another --out)");
    }

    @Test
    void theMountThatCoversTheFolderDecidesAndOneThatNobodyListsIsBelieved() throws IOException {
        Path real = folder.toRealPath();
        Path mounts =
                mounts(
                        line(Path.of("/"), "nfs", "rw,nolock"),
                        line(real, "nfs", "rw,nolock"),
                        line(real, "nfs4", "rw,local_lock=none"),
                        line(real.resolve("beside"), "nfs", "rw,nolock"),
                        "something else");
        assertThatCode(() -> LockReach.requireBeyondThisMachine(real, "--out", mounts))
                .doesNotThrowAnyException();
        assertThatCode(
                        () ->
                                LockReach.requireBeyondThisMachine(
                                        real, "--out", real.resolve("no such file")))
                .doesNotThrowAnyException();
        assertThatCode(() -> LockReach.requireBeyondThisMachine(real, "--out"))
                .as("this machine's own mounts")
                .doesNotThrowAnyException();
    }
}
