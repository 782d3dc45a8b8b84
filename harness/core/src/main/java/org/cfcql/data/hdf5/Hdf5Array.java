package org.cfcql.data.hdf5;

import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.dataset.DatasetBase;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.EnumDataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import org.cfcql.error.UserError;

/**
 * One array of an HDF5 file, chunked or contiguous, read a block of its first axis at a time.
 * Elements of any integer, Boolean or floating-point type become doubles.
 */
final class Hdf5Array {
    private final Path file;
    private final DatasetBase stored;
    private final String key;
    private final DataType type;
    private final ByteOrder order;
    private ByteBuffer block = ByteBuffer.allocate(0);

    /**
     * Describes an array; reads none of it.
     *
     * @throws UserError if its elements are not numbers
     */
    Hdf5Array(Path file, String key, DatasetBase stored) {
        this.file = file;
        this.key = key;
        this.stored = stored;
        DataType declared = stored.getDataType();
        // h5py stores Booleans as an enumeration of bytes.
        type = declared instanceof EnumDataType names ? names.getBaseType() : declared;
        if (type instanceof FixedPoint whole) {
            order = whole.getByteOrder();
        } else if (type instanceof FloatingPoint real) {
            order = real.getByteOrder();
        } else {
            throw new UserError(
                    "%s: expected numbers in '%s', found elements of %s"
                            .formatted(file, key, declared.getClass().getSimpleName()));
        }
    }

    /** Lengths of the axes. */
    int[] axes() {
        return stored.getDimensions();
    }

    /** Bytes of one index of the first axis. */
    long rowBytes() {
        return Arrays.stream(axes()).skip(1).asLongStream().reduce(type.getSize(), (a, b) -> a * b);
    }

    /** Indices of the first axis that are stored together: 1 where the array is contiguous. */
    int rowsStoredTogether() {
        return stored instanceof ChunkedDataset chunked ? chunked.getChunkDimensions()[0] : 1;
    }

    /**
     * Reads indices {@code first} to {@code first + count - 1} of the first axis; {@link #value}
     * speaks of them from then on.
     *
     * @throws UserError if the file ends too early or is damaged
     */
    void load(int first, int count) {
        try {
            // No storage was ever set aside for an array that nobody wrote to: it is all zeros.
            block =
                    stored.isEmpty() || stored.getStorageInBytes() == 0
                            ? ByteBuffer.allocate((int) (count * rowBytes()))
                            : slice(first, count);
        } catch (RuntimeException damaged) {
            if (Hdf5Checksum.mismatch(damaged).isPresent()) {
                throw changed(first, count, damaged);
            }
            throw Hdf5Damage.of(file, damaged);
        }
        block.order(order);
    }

    private ByteBuffer slice(int first, int count) {
        int[] shape = axes().clone();
        shape[0] = count;
        long[] offset = new long[shape.length];
        offset[0] = first;
        return stored.getSliceDataBuffer(offset, shape);
    }

    /** Looks for the chunk whose checksum is another one. */
    private UserError changed(int first, int count, RuntimeException damaged) {
        int together = rowsStoredTogether();
        String where = "";
        String sums = Hdf5Checksum.mismatch(damaged).orElse("another checksum");
        for (int row = first; row < first + count; row += together - row % together) {
            try {
                slice(row, 1);
            } catch (RuntimeException here) {
                int begin = row / together * together;
                int last = Math.min(begin + together, axes()[0]) - 1;
                where = " in the chunk of episodes %d to %d".formatted(begin, last);
                sums = Hdf5Checksum.mismatch(here).orElse(sums);
                break;
            }
        }
        return new UserError(
                "%s: expected '%s' as it was written, found%s %s; the file was damaged, copy it again"
                        .formatted(file, key, where, sums),
                damaged);
    }

    /** An element of the loaded block, by its place in row-major order. */
    double value(int index) {
        int size = type.getSize();
        int at = index * size;
        if (type instanceof FloatingPoint) {
            return switch (size) {
                case Double.BYTES -> block.getDouble(at);
                case Float.BYTES -> block.getFloat(at);
                default -> FloatingPoint.toFloat(block.getShort(at));
            };
        }
        boolean signed = ((FixedPoint) type).isSigned();
        return switch (size) {
            case Long.BYTES -> block.getLong(at);
            case Integer.BYTES ->
                    signed ? block.getInt(at) : Integer.toUnsignedLong(block.getInt(at));
            case Short.BYTES ->
                    signed ? block.getShort(at) : Short.toUnsignedInt(block.getShort(at));
            default -> signed ? block.get(at) : Byte.toUnsignedInt(block.get(at));
        };
    }

    /** Name of the array. */
    String key() {
        return key;
    }
}
