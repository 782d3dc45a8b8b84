package org.cfcql.env.bridge;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What both ends of a connection say before messages: ZMTP 3.0 with the mechanism NULL (RFC
 * 23/ZMTP), a greeting of 64 bytes and the command READY with the properties of the socket.
 */
final class Greeting {
    /** Bytes of the first part. */
    static final int BYTES = 64;

    /** Flag of a frame that is a command; it is a short one where no other flag stands with it. */
    static final int COMMAND = 0x04;

    private static final int MAJOR_AT = 10;
    private static final int MECHANISM_AT = 12;
    private static final int MECHANISM_BYTES = 20;
    private static final byte[] NULL = Arrays.copyOf("NULL".getBytes(US_ASCII), MECHANISM_BYTES);
    private static final byte[] READY = "\5READY".getBytes(US_ASCII);

    private Greeting() {}

    /** The first 64 bytes of either side. */
    static byte[] first() {
        ByteBuffer greeting = ByteBuffer.allocate(BYTES);
        greeting.put((byte) 0xff).put(new byte[Long.BYTES]).put((byte) 0x7f);
        return greeting.put((byte) 3).put((byte) 0).put(NULL).array();
    }

    /** Whether 64 bytes are a greeting of version 3 that asks for no authentication of its own. */
    static boolean sound(byte[] first) {
        return first[0] == (byte) 0xff
                && (first[MAJOR_AT - 1] & 1) == 1
                && first[MAJOR_AT] >= 3
                && Arrays.equals(
                        first, MECHANISM_AT, MECHANISM_AT + MECHANISM_BYTES, NULL, 0, NULL.length);
    }

    /** The command READY of a socket, as a frame. */
    static byte[] ready(String socketType, String identity) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(READY);
        property(body, "Socket-Type", socketType);
        property(body, "Identity", identity);
        ByteBuffer frame = ByteBuffer.allocate(2 + body.size());
        return frame.put((byte) COMMAND).put((byte) body.size()).put(body.toByteArray()).array();
    }

    /** The identity that the body of a READY names; nothing where it names none or is none. */
    static byte[] identity(ByteBuffer body) {
        if (body.remaining() < READY.length || !Arrays.equals(taken(body, READY.length), READY)) {
            return new byte[0];
        }
        while (body.hasRemaining()) {
            int nameBytes = body.get() & 0xff;
            if (body.remaining() < nameBytes + Integer.BYTES) {
                return new byte[0];
            }
            String property = new String(taken(body, nameBytes), US_ASCII);
            int valueBytes = body.getInt();
            if (valueBytes < 0 || valueBytes > body.remaining()) {
                return new byte[0];
            }
            byte[] value = taken(body, valueBytes);
            if (property.equalsIgnoreCase("Identity")) {
                return value;
            }
        }
        return new byte[0];
    }

    private static byte[] taken(ByteBuffer from, int bytes) {
        byte[] taken = new byte[bytes];
        from.get(taken);
        return taken;
    }

    private static void property(ByteArrayOutputStream to, String name, String value) {
        to.write(name.length());
        to.writeBytes(name.getBytes(US_ASCII));
        to.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value.length()).array());
        to.writeBytes(value.getBytes(US_ASCII));
    }
}
