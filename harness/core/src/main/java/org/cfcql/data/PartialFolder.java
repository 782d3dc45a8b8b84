package org.cfcql.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.cfcql.error.CfcqlException;
import org.cfcql.error.MachineFault;
import org.cfcql.error.UserError;
import org.cfcql.lock.HeldLock;

/**
 * A folder that appears under its name only when it is complete: until then it is called {@code
 * NAME.partial} and locked by the process that fills it. What a killed process left is removed by
 * the next one that wants the name.
 */
public final class PartialFolder implements AutoCloseable {
    private static final String LOCK_FILE = ".lock";

    private final Path target;
    private final Path partial;
    private final HeldLock lock;
    private boolean closed;

    private PartialFolder(Path target, Path partial, HeldLock lock) {
        this.target = target;
        this.partial = partial;
        this.lock = lock;
    }

    /**
     * Opens an empty partial folder.
     *
     * @throws UserError if the target exists and is not an empty folder, or if another process is
     *     filling it
     * @throws MachineFault if the disk is full or does not lock
     */
    public static PartialFolder create(Path target) {
        Path absolute = target.toAbsolutePath().normalize();
        Path partial = absolute.resolveSibling(absolute.getFileName() + ".partial");
        try {
            if (Files.exists(absolute) && !isEmptyFolder(absolute)) {
                throw new UserError(
                        target
                                + ": expected a new or empty folder to write to, found files;"
                                + " choose another one or remove it");
            }
            Files.createDirectories(partial);
            PartialFolder folder = new PartialFolder(absolute, partial, lock(partial, target));
            folder.deleteFiles(false);
            return folder;
        } catch (IOException e) {
            throw failure(partial, e);
        }
    }

    /** Where files are to be written. */
    public Path path() {
        return partial;
    }

    /** Writes a last file durably, then gives the folder its name. */
    public void publish(String fileName, byte[] content) throws IOException {
        Path temporary = partial.resolve(fileName + ".tmp");
        try (FileChannel channel =
                FileChannel.open(
                        temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(temporary, partial.resolve(fileName), StandardCopyOption.ATOMIC_MOVE);
        publish();
    }

    /** Gives the folder its name; its files are already on the disk. */
    public void publish() throws IOException {
        forceFolder(partial);
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        closed = true;
        // Not before: somebody who found the partial folder without its lock would empty it.
        Files.deleteIfExists(target.resolve(LOCK_FILE));
        forceFolder(target);
        lock.close();
        forceFolder(target.getParent());
    }

    /** Removes the folder unless it was published. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            deleteFiles(true);
            lock.close();
            Files.deleteIfExists(partial);
        } catch (IOException e) {
            throw failure(partial, e);
        }
    }

    /** The failure to report for one of the operating system. */
    public static CfcqlException failure(Path path, IOException cause) {
        if (cause instanceof AccessDeniedException) {
            return new UserError(
                    path + ": expected a folder that can be written to, found access denied",
                    cause);
        }
        String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return new MachineFault(
                "cannot write " + path + ": " + reason + "; nothing was kept, free space and retry",
                cause);
    }

    private static HeldLock lock(Path partial, Path target) {
        return HeldLock.take(partial.resolve(LOCK_FILE), "another --out")
                .orElseThrow(
                        () ->
                                new UserError(
                                        target
                                                + ": expected to write here alone, found another"
                                                + " cfcql process writing to it; wait for it or"
                                                + " stop it"));
    }

    private void deleteFiles(boolean lockToo) throws IOException {
        List<Path> files;
        try (Stream<Path> listing = Files.list(partial)) {
            files = listing.toList();
        }
        for (Path file : files) {
            if (lockToo || !file.getFileName().toString().equals(LOCK_FILE)) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static boolean isEmptyFolder(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (Stream<Path> listing = Files.list(path)) {
            return listing.findAny().isEmpty();
        }
    }

    private static void forceFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (AccessDeniedException e) {
            // Windows does not open folders; there the rename is as durable as it gets.
            return;
        }
    }
}
