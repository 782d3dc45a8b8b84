package org.cfcql.data.npy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Appends rows to a {@code .npy} file whose length becomes known at the end: C order,
 * little-endian, format version 1. The bytes are those that NumPy writes for the same array.
 *
 * <p>Memory is bounded by one buffer. Until {@link #finish} the header is blank, so that no reader
 * takes a half-written file for a whole one.
 */
public final class NpyWriter implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 18;

    private final FileChannel channel;
    private final NpyType type;
    private final long[] rowShape;
    private final long rowElements;
    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long elements;

    /** Creates the file with space for its header. */
    public NpyWriter(Path path, NpyType type, long... rowShape) throws IOException {
        this.type = type;
        this.rowShape = rowShape.clone();
        long product = 1;
        for (long length : rowShape) {
            product = Math.multiplyExact(product, length);
        }
        rowElements = product;
        channel =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING);
        buffer.put(new byte[NpyHeader.WRITTEN_BYTES]);
    }

    /** Appends single-precision numbers. */
    public void write(float[] values, int count) throws IOException {
        for (int done = 0; done < count; ) {
            int part = Math.min(room(Float.BYTES), count - done);
            buffer.asFloatBuffer().put(values, done, part);
            done += advance(part, Float.BYTES);
        }
    }

    /** Appends 32-bit integers. */
    public void write(int[] values, int count) throws IOException {
        for (int done = 0; done < count; ) {
            int part = Math.min(room(Integer.BYTES), count - done);
            buffer.asIntBuffer().put(values, done, part);
            done += advance(part, Integer.BYTES);
        }
    }

    /** Appends bytes. */
    public void write(byte[] values, int count) throws IOException {
        for (int done = 0; done < count; ) {
            int part = Math.min(room(1), count - done);
            buffer.put(values, done, part);
            elements += part;
            done += part;
        }
    }

    /** Appends one 64-bit integer. */
    public void write(long value) throws IOException {
        room(Long.BYTES);
        buffer.putLong(value);
        elements++;
    }

    /** Writes the header for the rows appended and forces everything to the disk. */
    public void finish() throws IOException {
        flush();
        if (elements % rowElements != 0) {
            throw new IllegalStateException(
                    elements + " elements do not fill rows of " + rowElements);
        }
        long[] shape = new long[rowShape.length + 1];
        shape[0] = elements / rowElements;
        System.arraycopy(rowShape, 0, shape, 1, rowShape.length);
        ByteBuffer header = ByteBuffer.wrap(NpyHeader.write(type, shape));
        while (header.hasRemaining()) {
            channel.write(header, header.position());
        }
        channel.force(true);
        channel.close();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private int room(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            flush();
        }
        return buffer.remaining() / bytes;
    }

    private int advance(int count, int bytes) {
        buffer.position(buffer.position() + count * bytes);
        elements += count;
        return count;
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }
}
