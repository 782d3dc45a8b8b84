package org.cfcql.run.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.cfcql.error.UserError;

/**
 * An append-only file of JSON objects, one a line. Whole lines are handed to the system one by one,
 * so a killed process leaves at most one torn line, which the next start cuts.
 */
public final class JsonLinesFile implements AutoCloseable {
    private static final ObjectMapper COMPACT = new ObjectMapper();

    private final Path file;
    private final FileChannel channel;
    private long length;

    /**
     * Opens for appending.
     *
     * @param keep bytes that stay; what is beyond is cut
     * @throws UserError if the file is shorter
     */
    public JsonLinesFile(Path file, long keep) {
        this.file = file;
        requireAtLeast(file, keep);
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            channel.truncate(keep);
            channel.position(keep);
            length = keep;
        } catch (IOException failure) {
            throw Storage.writeFault(file, failure);
        }
    }

    /**
     * Checks that a file still has what its checkpoint counts on.
     *
     * @throws UserError if it is shorter: somebody cut or deleted it
     */
    public static void requireAtLeast(Path file, long bytes) {
        try {
            long size = Files.exists(file) ? Files.size(file) : 0;
            if (size < bytes) {
                throw new UserError(
                        "expected "
                                + bytes
                                + " bytes in "
                                + file
                                + " as its checkpoint says, found "
                                + size
                                + "; the cell is damaged, delete the cell's folder to run it"
                                + " again");
            }
        } catch (IOException failure) {
            throw Storage.writeFault(file, failure);
        }
    }

    /** Appends one object. */
    public void append(Map<String, ?> line) {
        try {
            byte[] bytes =
                    (COMPACT.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            length += bytes.length;
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        } catch (IOException failure) {
            throw Storage.writeFault(file, failure);
        }
    }

    /** Bytes of whole lines so far. */
    public long length() {
        return length;
    }

    /** Makes the lines so far durable. */
    public void sync() {
        try {
            channel.force(true);
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
