package org.cfcql.env.bridge;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Somebody on the port who has not said yet who he is: 64 bytes of greeting and one short command.
 * That is all that is kept of him and all that he hears before he has named the secret.
 */
final class Caller implements Closeable {
    private static final int MOST_BYTES = 1024;

    /** What is known of a caller. */
    enum Standing {
        /** He has not said all of it. */
        WAITING,
        /** He named the secret. */
        ADMITTED,
        /** He is somebody else, or is gone. */
        REFUSED
    }

    private final SocketChannel channel;
    private final ByteBuffer said = ByteBuffer.allocate(MOST_BYTES);
    private int used;

    Caller(SocketChannel channel) {
        this.channel = channel;
    }

    /** Hears what has arrived; a caller that waits may be asked again. */
    Standing hear(byte[] secret) {
        try {
            if (channel.read(said) < 0) {
                return Standing.REFUSED;
            }
        } catch (IOException gone) {
            return Standing.REFUSED;
        }
        int length = said.position();
        byte[] bytes = said.array();
        if (length < Greeting.BYTES + 2) {
            return Standing.WAITING;
        }
        if (!Greeting.sound(bytes) || bytes[Greeting.BYTES] != Greeting.COMMAND) {
            return Standing.REFUSED;
        }
        int end = Greeting.BYTES + 2 + (bytes[Greeting.BYTES + 1] & 0xff);
        if (length < end) {
            return Standing.WAITING;
        }
        used = end;
        ByteBuffer ready = ByteBuffer.wrap(bytes, Greeting.BYTES + 2, end - Greeting.BYTES - 2);
        boolean named = MessageDigest.isEqual(Greeting.identity(ready), secret);
        return named ? Standing.ADMITTED : Standing.REFUSED;
    }

    SocketChannel channel() {
        return channel;
    }

    /** What an admitted caller sent behind its greeting. */
    ByteBuffer rest() {
        return ByteBuffer.wrap(Arrays.copyOfRange(said.array(), used, said.position()));
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException gone) {
            // So be it.
        }
    }
}
