package org.cfcql.data.npy;

import io.jhdf.object.datatype.FloatingPoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.cfcql.error.MachineFault;
import org.cfcql.error.UserError;

/**
 * A read-only, memory-mapped {@code .npy} file of any size; processes that map the same file share
 * its pages.
 *
 * <p>Mapped in segments of 1 GiB, because a Java buffer ends at 2 GiB. A row is one index of the
 * first axis. The mapping lives until this object is collected; safe for use by several threads.
 */
public final class NpyFile {
    private static final int SEGMENT_BITS = 30;

    private final Path path;
    private final NpyHeader header;
    private final long rowElements;
    private final int elementBits;
    private final ByteBuffer[] segments;
    private final FloatBuffer[] floatSegments;

    private NpyFile(Path path, NpyHeader header, ByteBuffer[] segments) {
        this.path = path;
        this.header = header;
        this.segments = segments;
        this.rowElements = Arrays.stream(header.shape()).skip(1).reduce(1, Math::multiplyExact);
        this.elementBits = SEGMENT_BITS - Integer.numberOfTrailingZeros(header.type().bytes());
        this.floatSegments =
                header.type() == NpyType.FLOAT32
                        ? Arrays.stream(segments)
                                .map(ByteBuffer::asFloatBuffer)
                                .toArray(FloatBuffer[]::new)
                        : new FloatBuffer[0];
    }

    /**
     * Maps a file.
     *
     * @throws UserError if it does not exist, is not an array of numbers, or is shorter or longer
     *     than its header says
     */
    public static NpyFile open(Path path) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            NpyHeader header = NpyHeader.read(channel, path);
            if (channel.size() != header.fileBytes()) {
                throw new UserError(
                        "%s: expected %d bytes for shape %s of %s, found %d; the file is cut or damaged"
                                .formatted(
                                        path,
                                        header.fileBytes(),
                                        Arrays.toString(header.shape()),
                                        header.type().descriptor(),
                                        channel.size()));
            }
            return new NpyFile(path, header, map(channel, header));
        } catch (NoSuchFileException e) {
            throw new UserError(path + ": expected a .npy file here, found none", e);
        } catch (IOException e) {
            throw new MachineFault("cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    private static ByteBuffer[] map(FileChannel channel, NpyHeader header) throws IOException {
        long bytes = header.fileBytes() - header.dataOffset();
        long segment = 1L << SEGMENT_BITS;
        ByteBuffer[] mapped = new ByteBuffer[(int) ((bytes + segment - 1) / segment)];
        for (int index = 0; index < mapped.length; index++) {
            long start = index * segment;
            long length = Math.min(segment, bytes - start);
            mapped[index] =
                    channel.map(MapMode.READ_ONLY, header.dataOffset() + start, length)
                            .order(header.order());
        }
        return mapped;
    }

    /** Where the file is. */
    public Path path() {
        return path;
    }

    /** Element type. */
    public NpyType type() {
        return header.type();
    }

    /** Lengths of the axes. */
    public long[] shape() {
        return header.shape().clone();
    }

    /** Whether the first axis varies fastest. */
    public boolean fortranOrder() {
        return header.fortranOrder();
    }

    /** Length of the first axis; 1 for a single number. */
    public long rows() {
        return header.shape().length == 0 ? 1 : header.shape()[0];
    }

    /** Elements of one row. */
    public int rowElements() {
        return Math.toIntExact(rowElements);
    }

    /**
     * An element of an array of any type, as a double.
     *
     * @param row index of the first axis
     * @param column index of the others, flattened; in Fortran order an array has two axes at most
     */
    public double value(long row, long column) {
        long index = header.fortranOrder() ? column * rows() + row : row * rowElements + column;
        ByteBuffer segment = segments[(int) (index >>> elementBits)];
        int offset = (int) (index & ((1L << elementBits) - 1)) * header.type().bytes();
        return switch (header.type()) {
            case FLOAT16 -> FloatingPoint.toFloat(segment.getShort(offset));
            case FLOAT32 -> segment.getFloat(offset);
            case FLOAT64 -> segment.getDouble(offset);
            case INT8 -> segment.get(offset);
            case INT16 -> segment.getShort(offset);
            case INT32 -> segment.getInt(offset);
            case INT64 -> segment.getLong(offset);
            case UINT8 -> segment.get(offset) & 0xFF;
            case BOOLEAN -> segment.get(offset) == 0 ? 0 : 1;
        };
    }

    /** Element of a one-dimensional array of 64-bit integers. */
    public long longAt(long row) {
        require(NpyType.INT64);
        ByteBuffer segment = segments[(int) (row >>> elementBits)];
        return segment.getLong((int) (row & ((1L << elementBits) - 1)) * Long.BYTES);
    }

    /** Element of a one-dimensional array of bytes. */
    public byte byteAt(long row) {
        require(NpyType.UINT8);
        return segments[(int) (row >>> elementBits)].get((int) (row & ((1L << elementBits) - 1)));
    }

    /** Copies rows of a C-order single-precision array; allocates nothing. */
    public void copyFloats(long row, int rows, FloatBuffer target, int targetIndex) {
        require(NpyType.FLOAT32);
        long index = row * rowElements;
        int wanted = Math.toIntExact(rows * rowElements);
        int to = targetIndex;
        while (wanted > 0) {
            FloatBuffer segment = floatSegments[(int) (index >>> elementBits)];
            int offset = (int) (index & ((1L << elementBits) - 1));
            int count = Math.min(wanted, segment.limit() - offset);
            target.put(to, segment, offset, count);
            to += count;
            index += count;
            wanted -= count;
        }
    }

    /** Copies rows of a C-order array of 32-bit integers, widened; allocates nothing. */
    public void copyInts(long row, int rows, LongBuffer target, int targetIndex) {
        require(NpyType.INT32);
        long index = row * rowElements;
        int wanted = Math.toIntExact(rows * rowElements);
        for (int element = 0; element < wanted; element++, index++) {
            ByteBuffer segment = segments[(int) (index >>> elementBits)];
            int offset = (int) (index & ((1L << elementBits) - 1)) * Integer.BYTES;
            target.put(targetIndex + element, segment.getInt(offset));
        }
    }

    /** Copies rows of a C-order array of bytes; allocates nothing. */
    public void copyBytes(long row, int rows, ByteBuffer target, int targetIndex) {
        require(NpyType.UINT8);
        long index = row * rowElements;
        int to = targetIndex;
        int wanted = Math.toIntExact(rows * rowElements);
        while (wanted > 0) {
            ByteBuffer segment = segments[(int) (index >>> elementBits)];
            int offset = (int) (index & ((1L << elementBits) - 1));
            int count = Math.min(wanted, segment.limit() - offset);
            target.put(to, segment, offset, count);
            to += count;
            index += count;
            wanted -= count;
        }
    }

    private void require(NpyType type) {
        if (header.type() != type || header.fortranOrder()) {
            throw new IllegalStateException(
                    path + " was opened as " + type + " in C order, but is " + header);
        }
    }
}
