package org.cfcql.cli.executor;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;

/**
 * Carries what a worker writes to standard error into its cell's log, on a thread of its own. The
 * worker never waits for it long: what the disk does not take is dropped.
 */
final class LogPump {
    private static final int CHUNK_BYTES = 1 << 16;
    private static final long END_MILLIS = TimeUnit.SECONDS.toMillis(2);

    private final Thread thread;

    /** Starts carrying; the log stays open. */
    LogPump(InputStream source, BoundedLog log, String name) {
        thread = new Thread(() -> carry(source, log), name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Waits for the last words of a worker that has ended; a child of it may keep its stream. */
    void awaitEnd() throws InterruptedException {
        thread.join(END_MILLIS);
    }

    private static void carry(InputStream source, BoundedLog log) {
        byte[] chunk = new byte[CHUNK_BYTES];
        try (source) {
            for (int count = source.read(chunk); count >= 0; count = source.read(chunk)) {
                keep(log, chunk, count);
            }
        } catch (IOException closed) {
            // The worker is gone.
        }
    }

    private static void keep(BoundedLog log, byte[] chunk, int count) {
        try {
            log.append(chunk, count);
        } catch (IOException full) {
            // The worker meets the full disk where it matters; its talk is not worth a cell.
        }
    }
}
