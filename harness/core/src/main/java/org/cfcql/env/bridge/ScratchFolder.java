package org.cfcql.env.bridge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.cfcql.error.MachineFault;
import org.cfcql.lock.HeldLock;

/**
 * The current directory of one worker, removed with it.
 *
 * <p>A harness that was killed leaves its folders behind, so each holds a file that its harness
 * keeps locked: the lock ends with the process, however it ends, and whoever makes a folder removes
 * those that nobody holds.
 */
final class ScratchFolder implements AutoCloseable {
    private static final String PREFIX = "cfcql-env-";
    private static final String OWNER = ".owner";
    private static final String ELSEWHERE = "another -Djava.io.tmpdir in CFCQL_JAVA_OPTIONS";

    private final Path path;
    private final HeldLock owner;

    private ScratchFolder(Path path, HeldLock owner) {
        this.path = path;
        this.owner = owner;
    }

    /**
     * A new folder where this machine keeps temporary files.
     *
     * @throws MachineFault if it cannot be made
     */
    static ScratchFolder create() {
        return create(Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** The same in another place. */
    static ScratchFolder create(Path parent) {
        removeOrphans(parent);
        try {
            Path path = Files.createTempDirectory(parent, own());
            try {
                return new ScratchFolder(path, hold(path));
            } catch (IOException | RuntimeException refused) {
                remove(path);
                throw refused;
            }
        } catch (IOException full) {
            throw new MachineFault(
                    "expected to make a scratch folder for an environment, found "
                            + full.getMessage()
                            + "; free space or set -Djava.io.tmpdir",
                    full);
        }
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        owner.close();
        if (!remove(path)) {
            path.toFile().deleteOnExit();
        }
    }

    /** Locked before it has its name, so that nobody ever sees one without an owner. */
    private static HeldLock hold(Path folder) throws IOException {
        Path unnamed = folder.resolve(OWNER + ".new");
        HeldLock lock =
                HeldLock.take(unnamed, ELSEWHERE)
                        .orElseThrow(() -> new IOException(unnamed + " is locked by another"));
        try {
            Files.move(unnamed, folder.resolve(OWNER));
            return lock;
        } catch (IOException | RuntimeException refused) {
            lock.close();
            throw refused;
        }
    }

    private static void removeOrphans(Path parent) {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path folder : folders) {
                // To close a file that this process has locked elsewhere would end that lock.
                boolean mine = folder.getFileName().toString().startsWith(own());
                if (!mine && abandoned(folder.resolve(OWNER))) {
                    remove(folder);
                }
            }
        } catch (IOException | RuntimeException unreadable) {
            // Tidying up must not keep anybody from work.
        }
    }

    private static boolean abandoned(Path owner) {
        return Files.exists(owner) && !HeldLock.isHeld(owner);
    }

    private static boolean remove(Path folder) {
        try (var paths = Files.walk(folder)) {
            List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
            for (Path one : deepestFirst) {
                Files.deleteIfExists(one);
            }
            return true;
        } catch (IOException | UncheckedIOException leftBehind) {
            return !Files.exists(folder);
        }
    }

    private static String own() {
        return PREFIX + ProcessHandle.current().pid() + "-";
    }
}
