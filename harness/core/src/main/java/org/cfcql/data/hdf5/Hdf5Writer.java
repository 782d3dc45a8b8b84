package org.cfcql.data.hdf5;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.cfcql.data.npy.NpyType;

/**
 * Writes an HDF5 file of contiguous arrays, each piece by piece; what is not written reads as zero.
 *
 * <p>jhdf's own writer takes whole arrays from memory and knows no unsigned numbers. Here the
 * headers stand first, then the arrays one after the other, and numbers go straight to where they
 * belong.
 */
final class Hdf5Writer implements AutoCloseable {
    private static final int ALIGNMENT = 4096;

    private final FileChannel channel;
    private final List<Layout> layouts;
    private final long[] starts;
    private long size;

    /**
     * One array.
     *
     * @param name name at the root of the file
     * @param type element type
     * @param axes lengths of the axes
     */
    record Layout(String name, NpyType type, int... axes) {
        /** Size of the whole array. */
        long bytes() {
            long product = type.bytes();
            for (int length : axes) {
                product = Math.multiplyExact(product, (long) length);
            }
            return product;
        }
    }

    /**
     * Creates the file with its headers.
     *
     * @param path a file that must not exist
     * @param layouts the arrays
     * @param attributeName name of a text at the root of the file
     * @param attribute the text, ASCII, below 60 KiB
     */
    Hdf5Writer(Path path, List<Layout> layouts, String attributeName, String attribute)
            throws IOException {
        this.layouts = List.copyOf(layouts);
        starts = new long[layouts.size()];
        channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            writeHeaders(attributeName, attribute);
        } catch (IOException failed) {
            channel.close();
            throw failed;
        }
    }

    /** Headers have the same size whatever addresses they hold: made to measure, then to be. */
    private void writeHeaders(String attributeName, String attribute) throws IOException {
        List<String> names = layouts.stream().map(Layout::name).toList();
        long[] headers = new long[starts.length];
        long position =
                Hdf5Headers.ROOT_ADDRESS
                        + Hdf5Headers.root(names, headers, attributeName, attribute).remaining();
        for (int array = 0; array < headers.length; array++) {
            headers[array] = position;
            position += header(array).remaining();
        }
        for (int array = 0; array < headers.length; array++) {
            starts[array] = (position + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            position = starts[array] + layouts.get(array).bytes();
        }
        size = position;
        put(Hdf5Headers.superblock(size), 0);
        put(Hdf5Headers.root(names, headers, attributeName, attribute), Hdf5Headers.ROOT_ADDRESS);
        for (int array = 0; array < headers.length; array++) {
            put(header(array), headers[array]);
        }
    }

    private ByteBuffer header(int array) {
        Layout layout = layouts.get(array);
        return Hdf5Headers.array(layout.type(), layout.axes(), starts[array], layout.bytes());
    }

    /**
     * Writes a piece of an array.
     *
     * @param array which one, in the order given
     * @param index its first element
     * @param values little-endian elements
     */
    void write(int array, long index, ByteBuffer values) throws IOException {
        put(values, starts[array] + index * layouts.get(array).type().bytes());
    }

    private void put(ByteBuffer values, long position) throws IOException {
        long at = position;
        while (values.hasRemaining()) {
            at += channel.write(values, at);
        }
    }

    /** Gives the file its full size and forces everything to the disk. */
    void finish() throws IOException {
        if (channel.size() < size) {
            put(ByteBuffer.allocate(1), size - 1);
        }
        channel.force(true);
        channel.close();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
