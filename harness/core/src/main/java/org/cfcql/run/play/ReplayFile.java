package org.cfcql.run.play;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.cfcql.data.batch.ReplayBuffer;
import org.cfcql.run.storage.JsonLinesFile;
import org.cfcql.run.storage.Storage;

/**
 * Every episode an online cell has played, appended as it is played; a resumed cell cuts it to its
 * checkpoint and fills its replay buffer from it.
 */
final class ReplayFile implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private long length;

    /**
     * Opens for appending and reads what stays.
     *
     * @param keep bytes that stay; what is beyond is cut
     * @param replay receives the episodes that stay
     * @throws org.cfcql.error.UserError if the file is shorter
     */
    ReplayFile(Path file, long keep, ReplayBuffer replay) {
        this.file = file;
        JsonLinesFile.requireAtLeast(file, keep);
        try {
            channel =
                    FileChannel.open(
                            file,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            channel.truncate(keep);
            channel.position(0);
            replay.appendAll(new BufferedInputStream(Channels.newInputStream(channel)));
            channel.position(keep);
            length = keep;
        } catch (IOException failure) {
            throw Storage.writeFault(file, failure);
        }
    }

    /** Appends an episode. */
    void append(ByteBuffer episode) {
        try {
            length += episode.remaining();
            while (episode.hasRemaining()) {
                channel.write(episode);
            }
        } catch (IOException failure) {
            throw Storage.writeFault(file, failure);
        }
    }

    /** Bytes so far; durable when this returns. */
    long sync() {
        try {
            channel.force(false);
            return length;
        } catch (IOException failure) {
            throw Storage.writeFault(file, failure);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw Storage.writeFault(file, failure);
        }
    }
}
