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
    private static final int BUFFER_BYTES = 1 << 16;

    private final SocketChannel channel;
    private final MessageReader reader = new MessageReader();
    private final Deque<ByteBuffer> outgoing = new ArrayDeque<>();
    private final ByteBuffer arrived = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private boolean ended;

    /**
     * Goes on where the greeting ended.
     *
     * @param rest what has been read behind it
     */
    Connection(SocketChannel channel, ByteBuffer rest) {
        this.channel = channel;
        outgoing.add(ByteBuffer.wrap(Greeting.ready("ROUTER", "")));
        reader.take(rest);
    }

    /**
     * Sends a message, or keeps what the worker does not take yet.
     *
     * @throws IOException if the connection is gone
     */
    void send(List<byte[]> frames) throws IOException {
        for (int index = 0; index < frames.size(); index++) {
            byte[] frame = frames.get(index);
            int more = index + 1 < frames.size() ? MORE : 0;
            boolean isShort = frame.length <= SHORT_BYTES;
            ByteBuffer head = ByteBuffer.allocate(1 + Long.BYTES);
            head.put((byte) (isShort ? more : more | LONG));
            if (isShort) {
                head.put((byte) frame.length);
            } else {
                head.putLong(frame.length);
            }
            outgoing.add(head.flip());
            outgoing.add(ByteBuffer.wrap(frame));
        }
        flush();
    }

    /**
     * Sends what was kept.
     *
     * @throws IOException if the connection is gone
     */
    void flush() throws IOException {
        while (!outgoing.isEmpty()) {
            channel.write(outgoing.peek());
            if (outgoing.peek().hasRemaining()) {
                return;
            }
            outgoing.remove();
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
