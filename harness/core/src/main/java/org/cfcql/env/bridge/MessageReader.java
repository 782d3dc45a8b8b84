package org.cfcql.env.bridge;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.cfcql.env.wire.ErrorCode;
import org.cfcql.env.wire.Protocol;
import org.cfcql.env.wire.ProtocolViolation;

/**
 * Messages out of the bytes of an admitted worker (RFC 23/ZMTP): a byte of flags, a length of one
 * or eight bytes, the frame. A length is checked when it is announced, and memory grows with what
 * has arrived, so that announcing costs nothing.
 */
final class MessageReader {
    private static final int MORE = 0x01;
    private static final int LONG = 0x02;
    private static final int FIRST_BYTES = 1 << 16;
    private static final int MOST_FRAMES = Protocol.MAX_ENVIRONMENTS + 2;

    private final Deque<List<byte[]>> messages = new ArrayDeque<>();
    private final ByteBuffer head = ByteBuffer.allocate(1 + Long.BYTES);
    private List<byte[]> frames = new ArrayList<>();
    private long messageBytes;
    private byte[] frame = new byte[0];
    private int length = -1;
    private int filled;

    /** The next whole message. */
    Optional<List<byte[]>> next() {
        return Optional.ofNullable(messages.poll());
    }

    /** Whether a whole message waits to be taken. */
    boolean hasNext() {
        return !messages.isEmpty();
    }

    /**
     * Takes all bytes that arrived.
     *
     * @throws ProtocolViolation if they are no frames, or a frame or message is too large
     */
    void take(ByteBuffer bytes) {
        while (bytes.hasRemaining() || length == filled) {
            if (length < 0) {
                head.put(bytes.get());
                readHead();
            } else if (filled < length) {
                fill(bytes);
            } else {
                finishFrame();
            }
        }
    }

    private void readHead() {
        int flags = head.get(0);
        if ((flags & ~(MORE | LONG)) != 0) {
            throw new ProtocolViolation(
                    ErrorCode.BAD_MESSAGE, "expected a frame, found flags " + (flags & 0xff));
        }
        boolean isLong = (flags & LONG) != 0;
        if (head.position() < (isLong ? 1 + Long.BYTES : 2)) {
            return;
        }
        long announced = isLong ? head.getLong(1) : head.get(1) & 0xff;
        int most = frames.isEmpty() ? Protocol.MAX_HEADER_BYTES : Protocol.MAX_FRAME_BYTES;
        messageBytes += announced;
        if (announced < 0
                || announced > most
                || messageBytes > Protocol.MAX_MESSAGE_BYTES
                || frames.size() >= MOST_FRAMES) {
            throw new ProtocolViolation(
                    ErrorCode.TOO_LARGE,
                    "expected frames within their limits, found frame "
                            + (frames.size() + 1)
                            + " of "
                            + announced
                            + " bytes in a message of "
                            + messageBytes);
        }
        length = (int) announced;
        filled = 0;
        frame = new byte[Math.min(length, FIRST_BYTES)];
    }

    private void fill(ByteBuffer bytes) {
        int some = Math.min(bytes.remaining(), length - filled);
        if (filled + some > frame.length) {
            long twice = Math.max(2L * frame.length, filled + some);
            frame = Arrays.copyOf(frame, (int) Math.min(length, twice));
        }
        bytes.get(frame, filled, some);
        filled += some;
    }

    private void finishFrame() {
        frames.add(frame);
        if ((head.get(0) & MORE) == 0) {
            messages.add(frames);
            frames = new ArrayList<>();
            messageBytes = 0;
        }
        head.clear();
        length = -1;
    }
}
