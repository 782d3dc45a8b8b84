package org.cfcql.lock;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.cfcql.error.MachineFault;

/**
 * A file that this process, and no other, has locked. The lock is the system's (POSIX record
 * locks): it ends with the process, and the file itself, which stays, means nothing.
 */
public final class HeldLock implements AutoCloseable {
    /**
     * What this process holds. POSIX ends a process' lock when it closes <em>any</em> descriptor of
     * the file, so a file that is held must not be opened a second time. And Java closes a channel
     * that nobody can reach, so whoever forgets its lock must not lose it: they are reached from
     * here until they are let go.
     */
    private static final Map<Path, Optional<HeldLock>> HELD = new ConcurrentHashMap<>();

    private final Path file;
    private final FileChannel channel;

    private HeldLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** The system's call; tests let it fail. */
    @FunctionalInterface
    interface Attempt {
        /** A lock, or null where another process holds one. */
        FileLock on(FileChannel channel) throws IOException;
    }

    /**
     * Locks a file, which is made with its folders where it is not there.
     *
     * @param elsewhere what names another place, for the advice: {@code --out}
     * @return the lock, or empty while somebody holds it
     * @throws MachineFault if the file system does not lock, or not here; one line with the file,
     *     the kind of file system and what to do
     */
    public static Optional<HeldLock> take(Path file, String elsewhere) {
        return take(file, elsewhere, FileChannel::tryLock);
    }

    static Optional<HeldLock> take(Path file, String elsewhere, Attempt attempt) {
        Path real;
        try {
            real = real(file);
        } catch (IOException refused) {
            throw new LockRefusal(file, elsewhere).whenOpened(refused);
        }
        if (HELD.putIfAbsent(real, Optional.empty()) != null) {
            return Optional.empty();
        }
        Optional<HeldLock> lock = Optional.empty();
        try {
            lock = locked(real, new LockRefusal(file, elsewhere), attempt);
            HELD.put(real, lock);
            return lock;
        } finally {
            if (lock.isEmpty()) {
                HELD.remove(real);
            }
        }
    }

    /** The name that a file has for everybody in this process. */
    private static Path real(Path file) throws IOException {
        Path absolute = file.toAbsolutePath().normalize();
        Files.createDirectories(absolute.getParent());
        return absolute.getParent().toRealPath().resolve(absolute.getFileName());
    }

    private static Optional<HeldLock> locked(Path file, LockRefusal refusal, Attempt attempt) {
        FileChannel channel;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException refused) {
            throw refusal.whenOpened(refused);
        }
        boolean taken = false;
        try {
            taken = attempt.on(channel) != null;
            return taken ? Optional.of(new HeldLock(file, channel)) : Optional.empty();
        } catch (OverlappingFileLockException takenWithoutThisClass) {
            return Optional.empty();
        } catch (IOException refused) {
            throw refusal.whenLocked(refused);
        } finally {
            if (!taken) {
                close(channel);
            }
        }
    }

    /**
     * Whether somebody, in this process or another, holds a lock.
     *
     * @throws MachineFault if the file system does not tell
     */
    public static boolean isHeld(Path file) {
        return isHeld(file, channel -> channel.tryLock(0, Long.MAX_VALUE, true));
    }

    static boolean isHeld(Path file, Attempt attempt) {
        try {
            Path absolute = file.toAbsolutePath().normalize();
            Path parent = absolute.getParent().toRealPath();
            if (HELD.containsKey(parent.resolve(absolute.getFileName()))) {
                return true;
            }
        } catch (NoSuchFileException neverMade) {
            return false;
        } catch (IOException unreadable) {
            throw new LockRefusal(file, "").whenOpened(unreadable);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            try (FileLock lock = attempt.on(channel)) {
                return lock == null;
            } catch (IOException refused) {
                throw new LockRefusal(file, "").whenLocked(refused);
            }
        } catch (NoSuchFileException neverMade) {
            return false;
        } catch (OverlappingFileLockException takenWithoutThisClass) {
            return true;
        } catch (IOException unreadable) {
            throw new LockRefusal(file, "").whenOpened(unreadable);
        }
    }

    /** Lets it go; the file stays. */
    @Override
    public void close() {
        close(channel);
        HELD.remove(file);
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException broken) {
            // The lock ends with this process at the latest.
        }
    }
}
