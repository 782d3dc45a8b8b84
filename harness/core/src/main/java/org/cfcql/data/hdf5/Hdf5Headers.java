package org.cfcql.data.hdf5;

import io.jhdf.checksum.ChecksumUtils;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.cfcql.data.npy.NpyType;

/**
 * The headers of an HDF5 file of contiguous arrays with one text attribute: superblock version 2,
 * object headers version 2 (HDF5 File Format Specification 3.0, sections II.A and IV.A).
 */
final class Hdf5Headers {
    /** Where the root group's header stands: behind the superblock. */
    static final long ROOT_ADDRESS = 64;

    private static final long UNDEFINED = -1;
    private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1A, '\n'};
    private static final int SUPERBLOCK_BYTES = 48;
    private static final int LARGEST_HEADER = 1 << 17;

    private static final byte DATASPACE = 1;
    private static final byte LINK_INFO = 2;
    private static final byte DATATYPE = 3;
    private static final byte FILL_VALUE = 5;
    private static final byte LINK = 6;
    private static final byte LAYOUT = 8;
    private static final byte GROUP_INFO = 10;
    private static final byte ATTRIBUTE = 12;

    private Hdf5Headers() {}

    /** The start of a file of this many bytes. */
    static ByteBuffer superblock(long fileBytes) {
        ByteBuffer block = buffer(SUPERBLOCK_BYTES);
        block.put(SIGNATURE).put((byte) 2).put((byte) Long.BYTES).put((byte) Long.BYTES);
        block.put((byte) 0).putLong(0).putLong(UNDEFINED).putLong(fileBytes).putLong(ROOT_ADDRESS);
        return sealed(block);
    }

    /**
     * The root group's header.
     *
     * @param names names of the arrays
     * @param addresses where their headers stand
     * @param attributeName name of the attribute, ASCII
     * @param attribute its text, ASCII, below 60 KiB
     */
    static ByteBuffer root(
            List<String> names, long[] addresses, String attributeName, String attribute) {
        ByteBuffer messages = buffer(LARGEST_HEADER);
        int linkInfo = begin(messages, LINK_INFO);
        messages.putShort((short) 0).putLong(UNDEFINED).putLong(UNDEFINED);
        end(messages, linkInfo);
        int groupInfo = begin(messages, GROUP_INFO);
        messages.putShort((short) 0);
        end(messages, groupInfo);
        for (int array = 0; array < addresses.length; array++) {
            byte[] name = names.get(array).getBytes(StandardCharsets.US_ASCII);
            int link = begin(messages, LINK);
            messages.put((byte) 1).put((byte) 0).put((byte) name.length).put(name);
            messages.putLong(addresses[array]);
            end(messages, link);
        }
        putAttribute(messages, attributeName, attribute);
        return objectHeader(messages);
    }

    private static void putAttribute(ByteBuffer messages, String name, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer type = buffer(8).put((byte) 0x13).put(new byte[3]).putInt(bytes.length).flip();
        ByteBuffer scalar = buffer(4).put((byte) 2).put(new byte[3]).flip();
        int attribute = begin(messages, ATTRIBUTE);
        messages.put((byte) 3).put((byte) 0).putShort((short) (name.length() + 1));
        messages.putShort((short) type.remaining()).putShort((short) scalar.remaining());
        messages.put((byte) 0).put(name.getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
        messages.put(type).put(scalar).put(bytes);
        end(messages, attribute);
    }

    /**
     * The header of a contiguous array whose unwritten elements are zero.
     *
     * @param type element type
     * @param axes lengths of the axes
     * @param address where its elements start
     * @param bytes size of its elements
     */
    static ByteBuffer array(NpyType type, int[] axes, long address, long bytes) {
        ByteBuffer messages = buffer(LARGEST_HEADER);
        int space = begin(messages, DATASPACE);
        messages.put((byte) 2).put((byte) axes.length).put((byte) 0).put((byte) 1);
        for (int length : axes) {
            messages.putLong(length);
        }
        end(messages, space);
        int datatype = begin(messages, DATATYPE);
        messages.put(type(type));
        end(messages, datatype);
        int fill = begin(messages, FILL_VALUE);
        // Version 3; space set aside early, the value defined.
        messages.put((byte) 3).put((byte) (1 | 1 << 5)).putInt(type.bytes());
        messages.put(new byte[type.bytes()]);
        end(messages, fill);
        int layout = begin(messages, LAYOUT);
        messages.put((byte) 3).put((byte) 1).putLong(address).putLong(bytes);
        end(messages, layout);
        return objectHeader(messages);
    }

    /** Class and version, flags, size, then offset and number of bits, and the parts of a float. */
    private static ByteBuffer type(NpyType type) {
        ByteBuffer description = buffer(20);
        switch (type) {
            case FLOAT32 -> {
                description.put((byte) 0x11).put((byte) 0x20).put((byte) 31).put((byte) 0);
                description.putInt(Float.BYTES).putShort((short) 0).putShort((short) Float.SIZE);
                description.put((byte) 23).put((byte) 8).put((byte) 0).put((byte) 23).putInt(127);
            }
            case INT32, INT64, UINT8 -> {
                int signed = type == NpyType.UINT8 ? 0 : 1 << 3;
                description.put((byte) 0x10).put((byte) signed).putShort((short) 0);
                description.putInt(type.bytes()).putShort((short) 0);
                description.putShort((short) (Byte.SIZE * type.bytes()));
            }
            default -> throw new IllegalArgumentException(type + " is not written");
        }
        return description.flip();
    }

    /** Type, size to be patched, flags. */
    private static int begin(ByteBuffer messages, byte type) {
        int start = messages.position();
        messages.put(type).putShort((short) 0).put((byte) 0);
        return start;
    }

    private static void end(ByteBuffer messages, int start) {
        int size = messages.position() - start - 4;
        if (size >= 1 << Short.SIZE) {
            throw new IllegalArgumentException("a message of HDF5 has less than 64 KiB: " + size);
        }
        messages.putShort(start + 1, (short) size);
    }

    private static ByteBuffer objectHeader(ByteBuffer messages) {
        messages.flip();
        ByteBuffer header = buffer(10 + messages.remaining() + Integer.BYTES);
        header.put("OHDR".getBytes(StandardCharsets.US_ASCII)).put((byte) 2);
        // Flag 2: the size of what follows takes four bytes.
        header.put((byte) 2).putInt(messages.remaining()).put(messages);
        return sealed(header);
    }

    private static ByteBuffer sealed(ByteBuffer block) {
        int checksum = ChecksumUtils.checksum(block.duplicate().flip());
        return block.putInt(checksum).flip();
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
