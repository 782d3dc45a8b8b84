package org.cfcql.nativecode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryCacheLockTest {
    @TempDir Path cache;

    @Test
    void aCacheThatCannotBeLockedIsNamedWithItsFileSystemAndWhatToDo() throws IOException {
        FileChannel[] opened = new FileChannel[1];
        assertThatThrownBy(
                        () ->
                                LibraryCacheLock.take(
                                        cache,
                                        channel -> {
                                            opened[0] = channel;
                                            throw new IOException("No locks available");
                                        }))
                .isInstanceOf(CacheNotLocked.class)
                .hasMessageStartingWith("expected to lock " + cache.resolve("cfcql.lock"))
                .hasMessageContaining("of type " + Files.getFileStore(cache).type())
                .hasMessageContaining("No locks available (ENOLCK); set CFCQL_JAVA_OPTIONS=");
        assertThat(opened[0].isOpen()).isFalse();
    }

    @Test
    void aCacheThatCannotBeWrittenNeedsNoLock() {
        LibraryCacheLock.take(cache.resolve("absent"), FileChannel::lock).close();
        assertThat(cache).isEmptyDirectory();
    }

    @Test
    void theLockIsFreeAgainAfterItsUse() {
        LibraryCacheLock.take(cache, FileChannel::lock).close();
        LibraryCacheLock.take(cache, FileChannel::lock).close();
        assertThat(cache.resolve("cfcql.lock")).exists();
    }
}
