package org.cfcql.data.npy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cfcql.error.ForeignText;
import org.cfcql.error.UserError;

/**
 * The header of a {@code .npy} file, format versions 1 to 3.
 *
 * @param type element type
 * @param order byte order of the elements
 * @param fortranOrder whether the first axis varies fastest
 * @param shape lengths of the axes
 * @param dataOffset bytes before the first element
 */
record NpyHeader(
        NpyType type, ByteOrder order, boolean fortranOrder, long[] shape, int dataOffset) {
    /**
     * Bytes of every header we write: room for 20-digit row counts, patched when they are known.
     */
    static final int WRITTEN_BYTES = 128;

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int VERSION_1_PREFIX = 10;
    private static final int VERSION_2_PREFIX = 12;
    private static final int LARGEST_DICTIONARY = 1 << 16;
    private static final int SHOWN = 120;
    private static final Pattern DESCRIPTOR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
    private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*+:\\s*+\\(([\\dL,\\s]*+)\\)");
    private static final Pattern LENGTH = Pattern.compile("\\d{1,18}L?");
    private static final int MOST_AXES = 32;

    /** Number of elements. */
    long elements() {
        long product = 1;
        for (long length : shape) {
            product = Math.multiplyExact(product, length);
        }
        return product;
    }

    /** Bytes a complete file has. */
    long fileBytes() {
        return Math.addExact(dataOffset, Math.multiplyExact(elements(), (long) type.bytes()));
    }

    /**
     * Reads the header at the start of a file.
     *
     * @throws UserError if the file is not a {@code .npy} file or holds objects or records
     */
    static NpyHeader read(FileChannel channel, Path path) throws IOException {
        ByteBuffer prefix = ByteBuffer.allocate(VERSION_2_PREFIX).order(ByteOrder.LITTLE_ENDIAN);
        readFully(channel, prefix, 0);
        prefix.flip();
        if (prefix.limit() < VERSION_1_PREFIX || !startsWithMagic(prefix)) {
            throw new UserError(
                    path + ": expected a NumPy .npy file, found another kind of file or a cut one");
        }
        int version = prefix.get(MAGIC.length);
        int start = version == 1 ? VERSION_1_PREFIX : VERSION_2_PREFIX;
        if (version < 1 || version > 3) {
            throw new UserError(
                    path + ": expected .npy format version 1 to 3, found version " + version);
        }
        long length = version == 1 ? prefix.getShort(8) & 0xFFFF : prefix.getInt(8) & 0xFFFFFFFFL;
        if (length > LARGEST_DICTIONARY || channel.size() < start + length) {
            throw new UserError(
                    path
                            + ": expected a header of "
                            + length
                            + " bytes, found "
                            + (channel.size() - start)
                            + "; the file is cut or damaged");
        }
        ByteBuffer dictionary = ByteBuffer.allocate((int) length);
        readFully(channel, dictionary, start);
        String text = new String(dictionary.array(), StandardCharsets.UTF_8);
        return parse(text, start + (int) length, path);
    }

    /** The bytes of a little-endian, C-order header of {@link #WRITTEN_BYTES} bytes. */
    static byte[] write(NpyType type, long... shape) {
        StringBuilder tuple = new StringBuilder();
        for (int axis = 0; axis < shape.length; axis++) {
            tuple.append(axis == 0 ? "" : ", ").append(shape[axis]);
        }
        if (shape.length == 1) {
            tuple.append(',');
        }
        String dictionary =
                "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }"
                        .formatted(type.descriptor(), tuple);
        byte[] header = new byte[WRITTEN_BYTES];
        Arrays.fill(header, (byte) ' ');
        System.arraycopy(MAGIC, 0, header, 0, MAGIC.length);
        header[6] = 1;
        header[7] = 0;
        header[8] = WRITTEN_BYTES - VERSION_1_PREFIX;
        header[9] = 0;
        byte[] text = dictionary.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, header, VERSION_1_PREFIX, text.length);
        header[WRITTEN_BYTES - 1] = '\n';
        return header;
    }

    private static NpyHeader parse(String text, int dataOffset, Path path) {
        Matcher descriptor = DESCRIPTOR.matcher(text);
        Matcher fortran = FORTRAN.matcher(text);
        Matcher shape = SHAPE.matcher(text);
        if (!descriptor.find() || !fortran.find() || !shape.find()) {
            throw damaged(path, "a plain array of numbers", text);
        }
        String name = descriptor.group(1);
        NpyType type =
                NpyType.of(name)
                        .orElseThrow(
                                () ->
                                        new UserError(
                                                path
                                                        + ": expected integers, floats or booleans,"
                                                        + " found elements of type '"
                                                        + name
                                                        + "'"));
        ByteOrder order = name.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        List<String> parts =
                Arrays.stream(shape.group(1).split(","))
                        .map(String::strip)
                        .filter(part -> !part.isEmpty())
                        .toList();
        if (parts.size() > MOST_AXES
                || !parts.stream().allMatch(part -> LENGTH.matcher(part).matches())) {
            throw damaged(path, "an array that fits a disk", text);
        }
        long[] lengths =
                parts.stream().mapToLong(part -> Long.parseLong(part.replace("L", ""))).toArray();
        NpyHeader header =
                new NpyHeader(type, order, fortran.group(1).equals("True"), lengths, dataOffset);
        try {
            header.fileBytes();
        } catch (ArithmeticException e) {
            throw damaged(path, "an array that fits a disk", text);
        }
        return header;
    }

    private static UserError damaged(Path path, String expected, String text) {
        String header = ForeignText.oneLine(text.strip());
        return new UserError(
                path
                        + ": expected "
                        + expected
                        + ", found the damaged header "
                        + header.substring(0, Math.min(SHOWN, header.length()))
                        + "; make or fetch the file again");
    }

    private static boolean startsWithMagic(ByteBuffer prefix) {
        for (int index = 0; index < MAGIC.length; index++) {
            if (prefix.get(index) != MAGIC[index]) {
                return false;
            }
        }
        return true;
    }

    private static void readFully(FileChannel channel, ByteBuffer target, long position)
            throws IOException {
        long at = position;
        while (target.hasRemaining()) {
            int count = channel.read(target, at);
            if (count < 0) {
                return;
            }
            at += count;
        }
    }
}
