package org.cfcql.env.trace;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.cfcql.error.ForeignText;
import org.cfcql.error.UserError;

/**
 * One array of an {@code .npz} file.
 *
 * @param name where it comes from, for messages
 * @param type NumPy's element type in little-endian order, for example {@code <f4}
 * @param shape lengths of the axes
 * @param bytes elements in C order
 */
record NpzArray(String name, String type, int[] shape, ByteBuffer bytes) {
    private static final int PREFIX = 10;

    /** Nine digits fit 32 bits; a product of eight such lengths may not. */
    private static final String LENGTH = "\\d{1,9}";

    /** No member has more bytes; beyond, a product is not formed to its end. */
    private static final long MOST_BYTES = 1 << 28;

    private static final Charset UTF_32LE = Charset.forName("UTF-32LE");
    private static final Pattern DICTIONARY =
            Pattern.compile(
                    "\\{'descr': '([<|][a-zA-Z]\\d{1,6})', 'fortran_order': False, 'shape': "
                            + "\\(((?:LENGTH(?:, ?LENGTH){0,7})?,?)\\), *}\\s*"
                                    .replace("LENGTH", LENGTH));

    /**
     * Reads a {@code .npy} member.
     *
     * @throws UserError if it is none, or not a little-endian array in C order
     */
    static NpzArray read(String name, byte[] member) {
        ByteBuffer all = ByteBuffer.wrap(member).order(ByteOrder.LITTLE_ENDIAN);
        if (member.length < PREFIX || all.getLong(0) != 0x0001_5950_4d55_4e93L) {
            throw new UserError(name + ": expected a NumPy array of format 1.0, found other bytes");
        }
        int start = PREFIX + (all.getShort(8) & 0xFFFF);
        int length = Math.min(start, member.length) - PREFIX;
        String text = new String(member, PREFIX, length, StandardCharsets.ISO_8859_1);
        Matcher dictionary = DICTIONARY.matcher(text);
        if (start > member.length || !dictionary.matches()) {
            throw new UserError(
                    name
                            + ": expected a little-endian array in C order, found "
                            + ForeignText.oneLine(text.strip()));
        }
        int[] shape =
                Arrays.stream(dictionary.group(2).split(","))
                        .map(String::strip)
                        .filter(axis -> !axis.isEmpty())
                        .mapToInt(Integer::parseInt)
                        .toArray();
        ByteBuffer bytes = all.slice(start, member.length - start).order(ByteOrder.LITTLE_ENDIAN);
        NpzArray array = new NpzArray(name, dictionary.group(1), shape, bytes);
        long expected = array.elementBytes();
        for (int axis : shape) {
            expected *= axis;
            if (expected > MOST_BYTES) {
                break;
            }
        }
        if (bytes.capacity() != expected) {
            throw new UserError(
                    name
                            + ": expected "
                            + expected
                            + " bytes of elements or more, found "
                            + bytes.capacity());
        }
        return array;
    }

    /** Number of elements. */
    int elements() {
        return IntStream.of(shape).reduce(1, Math::multiplyExact);
    }

    /** Elements as doubles; exact for all but the largest 64-bit integers. */
    double[] doubles() {
        double[] values = new double[elements()];
        for (int index = 0; index < values.length; index++) {
            values[index] =
                    switch (type) {
                        case "<f4" -> bytes.getFloat(4 * index);
                        case "<f8" -> bytes.getDouble(8 * index);
                        default -> integer(index);
                    };
        }
        return values;
    }

    /** Elements as 64-bit integers, the largest unsigned ones as negative numbers. */
    long[] integers() {
        long[] values = new long[elements()];
        Arrays.setAll(values, this::integer);
        return values;
    }

    /** A single text. */
    String text() {
        if (!type.startsWith("<U") || elements() != 1) {
            throw new UserError(name + ": expected one text, found elements of type " + type);
        }
        byte[] raw = new byte[bytes.capacity()];
        bytes.get(0, raw);
        return new String(raw, UTF_32LE).replace("\0", "");
    }

    private long integer(int index) {
        return switch (type) {
            case "|u1", "|b1" -> bytes.get(index) & 0xFF;
            case "|i1" -> bytes.get(index);
            case "<i4" -> bytes.getInt(4 * index);
            case "<i8", "<u8" -> bytes.getLong(8 * index);
            default ->
                    throw new UserError(
                            name + ": expected numbers, found elements of type " + type);
        };
    }

    private long elementBytes() {
        long size = Long.parseLong(type.substring(2));
        return type.charAt(1) == 'U' ? 4 * size : size;
    }
}
