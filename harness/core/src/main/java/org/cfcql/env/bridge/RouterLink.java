package org.cfcql.env.bridge;

import java.io.IOException;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.cfcql.env.wire.ProtocolViolation;
import org.cfcql.error.MachineFault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker process behind an ephemeral loopback port of its own, which speaks ZMTP as a ROUTER does
 * to the one DEALER that knows the routing id. Used by one thread at a time, and served only by
 * that thread, while it sends or receives: no peer can end a thread that others wait for.
 */
final class RouterLink implements WorkerLink {
    private static final Logger LOG = LoggerFactory.getLogger(RouterLink.class);
    private static final String GONE = "the connection to the worker is gone";

    private final String endpoint;
    private final String token = random(BridgeDefaults.TOKEN_BYTES);
    private final Selector selector;
    private final Reception reception;
    private final WorkerProcess process;
    private Connection connection;

    RouterLink(Launchable command, int incarnation) {
        String name = "worker-" + ProcessHandle.current().pid() + "-" + incarnation;
        String identity = random(BridgeDefaults.IDENTITY_BYTES);
        selector = openSelector();
        try {
            reception = new Reception(selector, identity.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException refused) {
            closeAll();
            throw machineFault(refused);
        }
        endpoint = "tcp://127.0.0.1:" + reception.number();
        try {
            process = new WorkerProcess(command, endpoint, name, token + " " + identity);
        } catch (RuntimeException failed) {
            closeAll();
            throw failed;
        }
    }

    private static String random(int bytes) {
        byte[] secret = new byte[bytes];
        new SecureRandom().nextBytes(secret);
        return HexFormat.of().formatHex(secret);
    }

    private static Selector openSelector() {
        try {
            return Selector.open();
        } catch (IOException refused) {
            throw machineFault(refused);
        }
    }

    private static MachineFault machineFault(IOException refused) {
        return new MachineFault(
                "expected to open a socket for an environment, the machine said: "
                        + refused.getMessage()
                        + "; close files or raise the limit (ulimit -n)",
                refused);
    }

    /** Process id of the worker, which is also its process group. */
    long pid() {
        return process.pid();
    }

    /** Address that the worker connects to. */
    String endpoint() {
        return endpoint;
    }

    @Override
    public String token() {
        return token;
    }

    @Override
    public void send(List<byte[]> frames) {
        if (connection == null) {
            throw new WorkerFault(GONE);
        }
        try {
            connection.send(frames);
        } catch (IOException broken) {
            throw new WorkerFault(GONE);
        }
    }

    @Override
    public Optional<List<byte[]>> receive(long waitMs) {
        long end = System.nanoTime() + waitMs * 1_000_000;
        while (true) {
            Optional<List<byte[]>> message = connection == null ? admit() : take();
            long leftMs = (end - System.nanoTime() + 999_999) / 1_000_000;
            if (message.isPresent() || leftMs <= 0) {
                return message;
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new WorkerFault("waiting for the worker was interrupted");
            }
            await(leftMs);
        }
    }

    /** Until the worker has come; its first message may have come with it. */
    private Optional<List<byte[]>> admit() {
        try {
            Optional<Connection> admitted = reception.serve();
            if (admitted.isEmpty()) {
                return Optional.empty();
            }
            connection = admitted.get();
            reception.close();
            // What is registered closes only now.
            selector.selectNow(ready -> {});
        } catch (IOException noRoom) {
            throw machineFault(noRoom);
        } catch (ProtocolViolation violation) {
            throw new WorkerFault("a wrong frame", violation);
        }
        return take();
    }

    private Optional<List<byte[]>> take() {
        try {
            connection.flush();
            return connection.receive();
        } catch (IOException broken) {
            throw new WorkerFault(GONE);
        } catch (ProtocolViolation violation) {
            throw new WorkerFault("a wrong frame", violation);
        }
    }

    private void await(long waitMs) {
        try {
            if (connection != null) {
                connection.wantsWriting(selector);
            }
            selector.select(ready -> {}, waitMs);
        } catch (IOException broken) {
            throw new WorkerFault(GONE);
        }
    }

    @Override
    public OptionalInt exitStatus() {
        return process.exitStatus();
    }

    @Override
    public List<String> lastLines() {
        return process.lastLines();
    }

    @Override
    public boolean awaitExit(long waitMs) {
        return process.awaitExit(waitMs);
    }

    @Override
    public void close() {
        process.close();
        closeAll();
    }

    private void closeAll() {
        try {
            if (connection != null) {
                connection.close();
            }
            if (reception != null) {
                reception.close();
            }
            selector.close();
        } catch (IOException gone) {
            LOG.debug("closing a link", gone);
        }
    }
}
