package org.cfcql.env.bridge;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.cfcql.env.wire.ProtocolViolation;

/**
 * A port on the loopback interface that is open until the one it waits for has come. Anybody on the
 * machine may call; whoever does not name the secret costs a kilobyte for a while and learns that
 * this is ZeroMQ, and when the worker has come all others are hung up on.
 */
final class Reception implements Closeable {
    /** The oldest makes room: the worker needs milliseconds to say who it is. */
    static final int MOST_CALLERS = 512;

    /** Between two rounds those who are here already are heard. */
    private static final int ACCEPTED_AT_ONCE = 16;

    private static final int BACKLOG = 1024;

    private final Selector selector;
    private final ServerSocketChannel port;
    private final byte[] secret;
    private final Set<Caller> callers = new LinkedHashSet<>();

    /**
     * Opens an ephemeral port.
     *
     * @throws IOException if the machine refuses
     */
    Reception(Selector selector, byte[] secret) throws IOException {
        this.selector = selector;
        this.secret = secret;
        port = ServerSocketChannel.open();
        try {
            port.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), BACKLOG);
            port.configureBlocking(false);
            port.register(selector, SelectionKey.OP_ACCEPT);
        } catch (IOException refused) {
            port.close();
            throw refused;
        }
    }

    /** Number of the port. */
    int number() {
        return port.socket().getLocalPort();
    }

    /**
     * Hears everybody who is ready.
     *
     * @return the connection of the one who named the secret
     * @throws IOException if the machine has no room for anybody at all
     * @throws ProtocolViolation if what that one sent at once is no message
     */
    Optional<Connection> serve() throws IOException {
        for (Iterator<Caller> each = callers.iterator(); each.hasNext(); ) {
            Caller caller = each.next();
            Caller.Standing standing = caller.hear(secret);
            if (standing == Caller.Standing.ADMITTED) {
                each.remove();
                return Optional.of(admitted(caller));
            }
            if (standing == Caller.Standing.REFUSED) {
                each.remove();
                caller.close();
            }
        }
        accept();
        return Optional.empty();
    }

    private static Connection admitted(Caller caller) {
        ByteBuffer ready = ByteBuffer.wrap(Greeting.ready("ROUTER", ""));
        try {
            return new Connection(caller.channel(), ready, caller.rest());
        } catch (ProtocolViolation lie) {
            caller.close();
            throw lie;
        }
    }

    private void accept() throws IOException {
        for (int some = 0; some < ACCEPTED_AT_ONCE; some++) {
            SocketChannel channel;
            try {
                channel = port.accept();
            } catch (IOException noRoom) {
                if (callers.isEmpty()) {
                    throw noRoom;
                }
                hangUpOnOldest();
                continue;
            }
            if (channel == null) {
                return;
            }
            if (callers.size() >= MOST_CALLERS) {
                hangUpOnOldest();
            }
            welcome(channel);
        }
    }

    private void welcome(SocketChannel channel) {
        Caller caller = new Caller(channel);
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.register(selector, SelectionKey.OP_READ);
            // Fits any socket's buffer; who has not taken it hears nothing else.
            channel.write(ByteBuffer.wrap(Greeting.first()));
            callers.add(caller);
        } catch (IOException gone) {
            caller.close();
        }
    }

    private void hangUpOnOldest() {
        Iterator<Caller> oldest = callers.iterator();
        oldest.next().close();
        oldest.remove();
    }

    @Override
    public void close() throws IOException {
        callers.forEach(Caller::close);
        callers.clear();
        port.close();
    }
}
