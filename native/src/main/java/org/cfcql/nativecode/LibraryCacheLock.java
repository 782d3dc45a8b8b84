package org.cfcql.nativecode;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
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

    /** Waits for its turn; where the cache cannot be written, nobody unpacks and nobody waits. */
    static LibraryCacheLock take() {
        try {
            Path file = Loader.getCacheDir().toPath().resolve("cfcql.lock");
            FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            return new LibraryCacheLock(channel, channel.lock());
        } catch (IOException unwritable) {
            return new LibraryCacheLock(null, null);
        }
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
