package org.cfcql.env.bridge;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.cfcql.env.wire.ErrorCode;
import org.cfcql.env.wire.MessageCodec;
import org.cfcql.env.wire.Protocol;
import org.cfcql.env.wire.Refusal;
import org.cfcql.error.CfcqlException;
import org.cfcql.error.MachineFault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * A worker process behind a ROUTER socket of its own on an ephemeral loopback port. Used by one
 * thread at a time. Peers other than the started worker are refused.
 */
final class RouterLink implements WorkerLink {
    private static final Logger LOG = LoggerFactory.getLogger(RouterLink.class);

    private final ZContext context = openContext();
    private final byte[] identity;
    private final String token;
    private final ZMQ.Socket router;
    private final WorkerProcess process;

    RouterLink(WorkerCommand command, int incarnation) {
        String name = "worker-" + ProcessHandle.current().pid() + "-" + incarnation;
        identity = name.getBytes(StandardCharsets.US_ASCII);
        byte[] secret = new byte[BridgeDefaults.TOKEN_BYTES];
        new SecureRandom().nextBytes(secret);
        token = HexFormat.of().formatHex(secret);
        try {
            router = context.createSocket(SocketType.ROUTER);
            router.setLinger(0);
            router.setRouterMandatory(true);
            router.setMaxMsgSize(Protocol.LINK_LIMIT_BYTES);
            router.setMsgAllocator(new FrameAllocator());
            router.bind("tcp://127.0.0.1:*");
            process = new WorkerProcess(command, router.getLastEndpoint(), name, token);
        } catch (RuntimeException failed) {
            closeContext();
            throw machineFault(failed);
        }
    }

    private static ZContext openContext() {
        try {
            return new ZContext(1);
        } catch (RuntimeException failed) {
            throw machineFault(failed);
        }
    }

    /** JeroMQ wraps what the machine refuses, sockets and selectors, in exceptions of its own. */
    static RuntimeException machineFault(RuntimeException failed) {
        if (failed instanceof CfcqlException) {
            return failed;
        }
        if (failed.getCause() instanceof IOException || failed instanceof ZMQException) {
            String said = failed.getCause() == null ? "" : failed.getCause().getMessage();
            return new MachineFault(
                    "expected to open a socket for an environment, the machine said: "
                            + (said.isEmpty() ? failed.getMessage() : said)
                            + "; close files or raise the limit (ulimit -n)",
                    failed);
        }
        return failed;
    }

    /** Process id of the worker, which is also its process group. */
    long pid() {
        return process.pid();
    }

    /** Address that the worker connects to. */
    String endpoint() {
        return router.getLastEndpoint();
    }

    @Override
    public String token() {
        return token;
    }

    @Override
    public void send(List<byte[]> frames) {
        send(identity, frames);
    }

    @Override
    public Optional<List<byte[]>> receive(long waitMs) {
        List<byte[]> frames = new ArrayList<>();
        try {
            router.setReceiveTimeOut((int) waitMs);
            byte[] sender = router.recv();
            if (sender == null) {
                return Optional.empty();
            }
            while (router.hasReceiveMore()) {
                frames.add(router.recv());
            }
            if (Arrays.equals(sender, identity)) {
                return Optional.of(frames);
            }
            refuse(sender);
            return Optional.empty();
        } catch (ZMQException broken) {
            throw new WorkerFault("receiving failed: " + broken.getMessage());
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
        closeContext();
    }

    /**
     * JeroMQ waits without a limit for its own threads; if one of them was lost to what a peer
     * sent, the link is left to the end of this process.
     */
    private void closeContext() {
        Thread closer = new Thread(context::close, "close-link");
        closer.setDaemon(true);
        closer.start();
        try {
            closer.join(BridgeDefaults.CLOSE_MS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (closer.isAlive()) {
            LOG.warn("the link to a worker did not close in {} ms", BridgeDefaults.CLOSE_MS);
        }
    }

    /**
     * Never waits: with one request under way a queue is never full, so a message that is not taken
     * has no receiver. (A waiting send to a peer that is gone would wait for ever.)
     */
    private void send(byte[] receiver, List<byte[]> frames) {
        try {
            boolean taken = router.send(receiver, ZMQ.SNDMORE | ZMQ.DONTWAIT);
            for (int index = 0; taken && index < frames.size(); index++) {
                int more = index + 1 < frames.size() ? ZMQ.SNDMORE : 0;
                taken = router.send(frames.get(index), more | ZMQ.DONTWAIT);
            }
            if (!taken) {
                throw new WorkerFault("the connection to the worker is gone");
            }
        } catch (ZMQException unreachable) {
            throw new WorkerFault("sending failed: " + unreachable.getMessage());
        }
    }

    /** A stranger on the port: it hears why and is otherwise ignored. */
    private void refuse(byte[] stranger) {
        Refusal refusal =
                new Refusal(ErrorCode.BAD_TOKEN, "expected the worker that was started here");
        try {
            send(stranger, MessageCodec.encode(refusal.message(0)));
        } catch (WorkerFault gone) {
            // Nobody to tell.
        }
    }
}
