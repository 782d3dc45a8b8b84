package org.cfcql.env.bridge;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The connection of an admitted worker. Nothing here waits: what the worker does not take yet is
 * kept, and read is only as much as is asked for.
 */
final class Connection implements Closeable {
    private static final int MORE = 0x01;
    private static final int LONG = 0x02;
    private static final int SHORT_BYTES = 255;
    private static final int HEAD_BYTES = 1 + Long.BYTES;
    private static final int BUFFER_BYTES = 1 << 16;

    private final SocketChannel channel;
    private final MessageReader reader = new MessageReader();
    private final Deque<ByteBuffer> outgoing = new ArrayDeque<>();
    private final ByteBuffer arrived = ByteBuffer.allocate(BUFFER_BYTES);
    private boolean ended;

    /**
     * Goes on where the greetings ended.
     *
     * @param first what is to be sent before any message
     * @param rest what has been read behind the worker's greeting
     */
    Connection(SocketChannel channel, ByteBuffer first, ByteBuffer rest) {
        this.channel = channel;
        outgoing.add(first);
        reader.take(rest);
    }

    /**
     * Sends a message, or keeps what the worker does not take yet.
     *
     * @throws IOException if the connection is gone
     */
    void send(List<byte[]> frames) throws IOException {
        // Small frames travel together: one call and one packet for most messages.
        long bytes = frames.stream().mapToLong(frame -> HEAD_BYTES + frame.length).sum();
        ByteBuffer together = ByteBuffer.allocate((int) Math.min(bytes, BUFFER_BYTES));
        for (int index = 0; index < frames.size(); index++) {
            byte[] frame = frames.get(index);
            int more = index + 1 < frames.size() ? MORE : 0;
            boolean isShort = frame.length <= SHORT_BYTES;
            boolean fits = frame.length <= BUFFER_BYTES - HEAD_BYTES;
            if (together.remaining() < HEAD_BYTES + (fits ? frame.length : 0)) {
                outgoing.add(together.flip());
                together = ByteBuffer.allocate(BUFFER_BYTES);
            }
            together.put((byte) (isShort ? more : more | LONG));
            if (isShort) {
                together.put((byte) frame.length);
            } else {
                together.putLong(frame.length);
            }
            if (fits) {
                together.put(frame);
            } else {
                outgoing.add(together.flip());
                outgoing.add(ByteBuffer.wrap(frame));
                together = ByteBuffer.allocate(BUFFER_BYTES);
            }
        }
        outgoing.add(together.flip());
        flush();
    }

    /**
     * Sends what was kept.
     *
     * @throws IOException if the connection is gone
     */
    void flush() throws IOException {
        while (!outgoing.isEmpty()) {
            ByteBuffer next = outgoing.peek();
            int end = next.limit();
            // Java copies what is written, all of it at once, into memory that it then keeps.
            next.limit(Math.min(end, next.position() + BUFFER_BYTES));
            channel.write(next);
            boolean taken = !next.hasRemaining();
            next.limit(end);
            if (!taken) {
                return;
            }
            if (!next.hasRemaining()) {
                outgoing.remove();
            }
        }
    }

    /** Has the selector also wake when the worker takes more, while something is kept for it. */
    void wantsWriting(Selector selector) {
        int writing = outgoing.isEmpty() ? 0 : SelectionKey.OP_WRITE;
        channel.keyFor(selector).interestOps(SelectionKey.OP_READ | writing);
    }

    /**
     * The next message, as far as it has arrived.
     *
     * @throws IOException if the connection is gone and nothing is left of it
     */
    Optional<List<byte[]>> receive() throws IOException {
        while (!reader.hasNext() && !ended) {
            arrived.clear();
            int bytes = channel.read(arrived);
            if (bytes == 0) {
                return Optional.empty();
            }
            ended = bytes < 0;
            reader.take(arrived.flip());
        }
        if (!reader.hasNext()) {
            throw new IOException("the worker has closed it");
        }
        return reader.next();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
