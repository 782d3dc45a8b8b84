package org.cfcql.env.bridge;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;

/** A local TCP client that knows the port, ZMTP, and nothing else. */
final class Stranger implements Closeable {
    private static final int PATIENCE_MS = 60_000;

    private final Socket socket;

    private Stranger(Socket socket) {
        this.socket = socket;
    }

    /** Connects and says nothing. */
    static Stranger at(String endpoint) throws IOException {
        int port = Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
        Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port);
        socket.setSoTimeout(PATIENCE_MS);
        return new Stranger(socket);
    }

    /** Says so many bytes of a greeting. */
    Stranger greet(int bytes) throws IOException {
        socket.getOutputStream().write(Greeting.first(), 0, bytes);
        return this;
    }

    /** Says a whole greeting and that it is a DEALER of this name. */
    Stranger introduce(String identity) throws IOException {
        return greet(Greeting.BYTES).send(Greeting.ready("DEALER", identity));
    }

    /** Announces a frame and sends the beginning of it. */
    Stranger announce(int flags, long length) throws IOException {
        return send(ByteBuffer.allocate(109).put((byte) flags).putLong(length).array());
    }

    /** Sends bytes as they are. */
    Stranger send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** What it is told before the other side hangs up, in bytes. */
    int heardUntilTheEnd() {
        int heard = 0;
        try {
            while (socket.getInputStream().read() >= 0) {
                heard++;
            }
        } catch (IOException reset) {
            // Hung up with something unread.
        }
        return heard;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
