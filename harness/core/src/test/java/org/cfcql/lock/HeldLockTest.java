package org.cfcql.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.cfcql.error.MachineFault;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldLockTest {
    @TempDir Path folder;
    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("run").resolve("lock");
    }

    @Test
    void whatAnotherProcessHoldsIsNotTakenAndIsFreeOnceThatProcessIsKilled() throws IOException {
        try (OtherProcess other = new OtherProcess(file)) {
            assertThat(HeldLock.take(file, "--out")).as("beside %s", other).isEmpty();
            assertThat(HeldLock.isHeld(file)).isTrue();
        }
        assertThat(file).as("the file that the killed process left").exists();
        assertThat(HeldLock.isHeld(file)).isFalse();
        try (HeldLock taken = HeldLock.take(file, "--out").orElseThrow()) {
            assertThat(HeldLock.isHeld(file)).as("%s", taken).isTrue();
        }
        assertThat(HeldLock.isHeld(file)).isFalse();
    }

    @Test
    void askingAgainDoesNotLoseWhatThisProcessHolds() throws IOException {
        Path alias = Files.createSymbolicLink(folder.resolve("alias"), Path.of("run"));
        try (HeldLock held = HeldLock.take(file, "--out").orElseThrow()) {
            assertThat(HeldLock.take(file, "--out")).as("beside %s", held).isEmpty();
            assertThat(HeldLock.take(alias.resolve("lock"), "--out")).isEmpty();
            assertThat(HeldLock.isHeld(alias.resolve("lock"))).isTrue();
            assertThatThrownBy(() -> new OtherProcess(file).close())
                    .as("another process, after all that")
                    .hasMessageContaining("said refused");
        }
        new OtherProcess(file).close();
    }

    @Test
    void aLockThatItsOwnerForgotIsHeldUntilTheProcessEnds() {
        assertThat(HeldLock.take(file, "--out")).isPresent();
        for (int collected = 0; collected < 2; collected++) {
            System.gc();
            // While the other process starts, Java has closed what it found unreachable.
            assertThatThrownBy(() -> new OtherProcess(file).close())
                    .hasMessageContaining("said refused");
        }
    }

    @Test
    void aLockFileThatNobodyHoldsHoldsNobodyUp() throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "whatever somebody wrote here");
        assertThat(HeldLock.isHeld(file)).isFalse();
        HeldLock.take(file, "--out").orElseThrow().close();
        assertThat(file).hasContent("whatever somebody wrote here");
    }

    @Test
    void aFileThatWasNeverMadeIsHeldByNobody() {
        assertThat(HeldLock.isHeld(file)).isFalse();
        assertThat(file.getParent()).doesNotExist();
    }

    @Test
    void aFileSystemWithoutLocksIsNamedInOneLineAndTheFileIsNotTaken() throws IOException {
        String type = Files.getFileStore(folder).type();
        HeldLock.Attempt refused =
                channel -> {
                    throw new IOException("No locks available");
                };
        assertThatThrownBy(() -> HeldLock.take(file, "another --out", refused))
                .isInstanceOf(MachineFault.class)
                .hasMessage(
                        "expected to lock "
                                + file
                                + " on a file system of type "
                                + type
                                + ", found that locks do not work there: No locks available"
                                + " (ENOLCK); use a file system with locks, a local disk or an NFS"
                                + " whose lock service runs (another --out)");
        assertThatThrownBy(() -> HeldLock.isHeld(file, refused))
                .isInstanceOf(MachineFault.class)
                .hasMessageContaining("of type " + type)
                .hasMessageEndingWith("an NFS whose lock service runs");
        HeldLock.take(file, "--out").orElseThrow().close();
    }

    @Test
    void aRefusalLeavesNoDescriptorBehind() {
        FileChannel[] opened = new FileChannel[1];
        assertThatThrownBy(
                        () ->
                                HeldLock.take(
                                        file,
                                        "--out",
                                        channel -> {
                                            opened[0] = channel;
                                            throw new IOException("Function not implemented");
                                        }))
                .hasMessageContaining("Function not implemented");
        assertThat(opened[0].isOpen()).isFalse();
    }

    @Test
    void aLockTakenWithoutThisClassCountsAsHeld() throws IOException {
        Files.createDirectories(file.getParent());
        try (FileChannel channel =
                        FileChannel.open(
                                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            Optional<HeldLock> second = HeldLock.take(file, "--out");
            assertThat(second).as("beside %s", lock).isEmpty();
        }
    }

    @Test
    void whyAFileCannotBeOpenedIsSaidWithWhatToDo() throws IOException {
        LockRefusal refusal = new LockRefusal(file, "another --out");
        assertThat(refusal.whenOpened(new AccessDeniedException(file.toString())))
                .hasMessageContaining("of type " + Files.getFileStore(folder).type())
                .hasMessageEndingWith(
                        "found no permission to write it; get that permission or use another place"
                                + " (another --out)");
        assertThat(
                        refusal.whenOpened(
                                new FileSystemException(
                                        file.toString(), null, "Read-only file system")))
                .hasMessageEndingWith(
                        "found a read-only file system; have it mounted for writing or use another"
                                + " place (another --out)");
        assertThat(
                        refusal.whenOpened(
                                new FileSystemException(
                                        file.toString(), null, "No space left on device")))
                .hasMessageContaining(
                        "the machine said: No space left on device (ENOSPC); make room");
    }

    @Test
    void aFileInTheWayIsNamed() throws IOException {
        Path inTheWay = Files.writeString(folder.resolve("run"), "");
        assertThatThrownBy(() -> HeldLock.take(file, "--out"))
                .isInstanceOf(MachineFault.class)
                .hasMessageContaining(inTheWay + " is no folder")
                .hasMessageNotContaining("\n");
    }
}
