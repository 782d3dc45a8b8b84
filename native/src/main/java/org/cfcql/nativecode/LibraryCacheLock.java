package org.cfcql.nativecode;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.bytedeco.javacpp.Loader;

/**
 * Keeps processes apart while they unpack and load native libraries.
 *
 * <p>JavaCPP unpacks them into a cache that all processes share and looks at a file's presence
 * before it waits for whoever is writing it. Of two processes that start together after a build,
 * one would write a library again that the other has just mapped, and that one dies of a bus error.
 */
final class LibraryCacheLock implements AutoCloseable {
    private final FileChannel channel;
    private final FileLock lock;

    private LibraryCacheLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /** The system's call; tests let it fail. */
    @FunctionalInterface
    interface Wait {
        FileLock on(FileChannel channel) throws IOException;
    }

    /**
     * Waits for its turn; where the cache cannot be written, nobody unpacks and nobody waits.
     *
     * @throws CacheNotLocked if the cache can be written but its file system does not lock
     */
    static LibraryCacheLock take() {
        try {
            return take(Loader.getCacheDir().toPath(), FileChannel::lock);
        } catch (IOException noCache) {
            return new LibraryCacheLock(null, null);
        }
    }

    static LibraryCacheLock take(Path cache, Wait wait) {
        Path file = cache.resolve("cfcql.lock");
        FileChannel channel;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException unwritable) {
            return new LibraryCacheLock(null, null);
        }
        try {
            return new LibraryCacheLock(channel, wait.on(channel));
        } catch (IOException refused) {
            throw refusal(file, channel, refused);
        }
    }

    /** Unguarded, one of two processes would some day die of a bus error that names nothing. */
    private static CacheNotLocked refusal(Path file, FileChannel channel, IOException refused) {
        String type = "unknown";
        try {
            channel.close();
            type = Files.getFileStore(file).type();
        } catch (IOException untold) {
            refused.addSuppressed(untold);
        }
        return new CacheNotLocked(file, type, refused);
    }

    @Override
    public void close() {
        try {
            if (lock != null) {
                lock.release();
                channel.close();
            }
        } catch (IOException gone) {
            // The end of the process releases it.
        }
    }
}
