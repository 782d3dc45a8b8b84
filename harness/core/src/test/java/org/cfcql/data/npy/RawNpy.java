package org.cfcql.data.npy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Arrays as other programs may write them: any element type, byte order and axis order. */
public final class RawNpy {
    private RawNpy() {}

    /** A two-dimensional array given in C order. */
    public static void write(Path path, String descriptor, boolean fortran, double[][] rows) {
        int columns = rows[0].length;
        double[] values = new double[rows.length * columns];
        for (int row = 0; row < rows.length; row++) {
            for (int column = 0; column < columns; column++) {
                values[fortran ? column * rows.length + row : row * columns + column] =
                        rows[row][column];
            }
        }
        String shape = "(%d, %d)".formatted(rows.length, columns);
        write(path, bytes(descriptor, fortran ? "True" : "False", shape, values));
    }

    /** A one-dimensional array. */
    public static void write(Path path, String descriptor, double[] values) {
        write(path, bytes(descriptor, "False", "(%d,)".formatted(values.length), values));
    }

    /** A file with the given words in its header. */
    public static byte[] bytes(String descriptor, String fortran, String shape, double... values) {
        String dictionary =
                "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }"
                        .formatted(descriptor, fortran, shape);
        byte[] text = dictionary.getBytes(StandardCharsets.US_ASCII);
        NpyType type = NpyType.of(descriptor).orElse(NpyType.FLOAT64);
        ByteBuffer file = ByteBuffer.allocate(10 + text.length + values.length * type.bytes());
        file.order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
        file.putShort((short) text.length).put(text);
        file.order(descriptor.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            switch (type) {
                case FLOAT32 -> file.putFloat((float) value);
                case FLOAT64 -> file.putDouble(value);
                case INT16 -> file.putShort((short) (int) value);
                case INT32 -> file.putInt((int) value);
                case INT64 -> file.putLong((long) value);
                default -> file.put((byte) value);
            }
        }
        return file.array();
    }

    private static void write(Path path, byte[] bytes) {
        try {
            Files.createDirectories(path.getParent());
            Files.write(path, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
