package org.cfcql.cli.executor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text file that is appended to and never grows beyond a limit: it keeps its beginning and its
 * end, and between them a line says how many bytes were left out, over all starts.
 *
 * <p>Several threads may append. A quarter of the limit is the beginning. When the file is full,
 * the last quarter moves up to it; so a flood costs a copy of a quarter of the limit for each half
 * of it that is written.
 */
final class BoundedLog implements AutoCloseable {
    /** Limit of a cell's {@code log.txt}. */
    static final int LIMIT_BYTES = 16 << 20;

    private static final int SHARES = 4;
    private static final int LONGEST_MARK = 120;
    private static final Pattern MARK = Pattern.compile("\\A\n\\[cfcql left out (\\d{1,18}) bytes");

    private final Path file;
    private final int limit;
    private final int share;
    private final FileChannel channel;

    /**
     * Opens for appending.
     *
     * @param limit bytes, at least 1024
     */
    BoundedLog(Path file, int limit) throws IOException {
        if (limit < 1024) {
            throw new IllegalArgumentException("expected at least 1024 bytes, found " + limit);
        }
        this.file = file;
        this.limit = limit;
        share = limit / SHARES;
        // The system appends, so that a second writer, where there is one, overwrites nothing.
        channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.APPEND);
    }

    /** Appends bytes, at most a quarter of the limit at once. */
    synchronized void append(byte[] bytes, int length) throws IOException {
        if (length > share) {
            throw new IllegalArgumentException("expected at most " + share + ", found " + length);
        }
        if (channel.size() + length > limit) {
            shorten();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** Appends text as far as it fits; what the disk does not take is dropped. */
    void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            append(bytes, Math.min(bytes.length, share));
        } catch (IOException full) {
            // What is printed beside reports is not worth a cell.
        }
    }

    private void shorten() throws IOException {
        try (FileChannel whole =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long size = whole.size();
            long middle = share;
            long leftOut = 0;
            Matcher mark = MARK.matcher(text(whole, share, LONGEST_MARK));
            if (mark.find()) {
                leftOut = Long.parseLong(mark.group(1));
                middle += mark(leftOut).length;
            }
            byte[] end = read(whole, size - share, share);
            int start = afterLineBreak(end);
            byte[] fresh = mark(leftOut + size - share + start - middle);
            write(whole, fresh, 0, share);
            write(whole, end, start, (long) share + fresh.length);
            whole.truncate((long) share + fresh.length + end.length - start);
        }
    }

    private static byte[] mark(long leftOut) {
        return ("\n[cfcql left out "
                        + leftOut
                        + " bytes here; a log keeps its beginning and its end]\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Where the first whole line begins; 0 where lines are longer than half of what is kept. */
    private static int afterLineBreak(byte[] bytes) {
        for (int index = 0; index < bytes.length / 2; index++) {
            if (bytes[index] == '\n') {
                return index + 1;
            }
        }
        return 0;
    }

    private static String text(FileChannel source, long from, int length) throws IOException {
        return new String(read(source, from, length), StandardCharsets.ISO_8859_1);
    }

    private static byte[] read(FileChannel source, long from, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        int count = 0;
        while (buffer.hasRemaining() && count >= 0) {
            count = source.read(buffer, from + buffer.position());
        }
        byte[] bytes = new byte[buffer.position()];
        buffer.flip().get(bytes);
        return bytes;
    }

    private static void write(FileChannel target, byte[] bytes, int start, long at)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, start, bytes.length - start);
        long position = at;
        while (buffer.hasRemaining()) {
            position += target.write(buffer, position);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException full) {
            // As with what the disk does not take.
        }
    }
}
