package org.cfcql.env.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.cfcql.env.wire.Hello;
import org.cfcql.env.wire.MessageCodec;
import org.cfcql.env.wire.Ping;
import org.cfcql.env.wire.RecordedFrames;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** Real sockets: who is let in, and workers for other clients. */
class RouterLinkTest {
    private static final int WAIT_MS = 60_000;

    @Test
    void sendingToAWorkerThatIsLongGoneFailsInsteadOfWaiting() {
        RouterLink link = new RouterLink(RealBridges.open().worker("numpy"), 1);
        try (BridgeSession session =
                new BridgeSession(link, RealBridges.DEADLINES, MonotonicClock.SYSTEM, "none")) {
            session.greet();
            ProcessHandle.of(link.pid()).orElseThrow().destroyForcibly();
            assertThat(link.awaitExit(WAIT_MS)).isTrue();
            List<byte[]> ping = MessageCodec.encode(new Ping(0).message(1));
            assertTimeoutPreemptively(
                            Duration.ofMillis(WAIT_MS),
                            () -> assertThatThrownBy(() -> sendUntilItFails(link, ping)))
                    .isInstanceOf(WorkerFault.class)
                    .hasMessageContaining("the connection to the worker is gone");
        }
    }

    /** The socket notices the broken connection a moment after the process has ended. */
    private static void sendUntilItFails(RouterLink link, List<byte[]> message) {
        while (true) {
            link.send(message);
            link.receive(1);
        }
    }

    @Test
    void aWorkerForAnotherClientBringsThatClientsToken() throws InterruptedException {
        String token = "ab".repeat(32);
        try (ZContext context = new ZContext()) {
            ZMQ.Socket client = context.createSocket(SocketType.ROUTER);
            client.setReceiveTimeOut(WAIT_MS);
            client.bind("tcp://127.0.0.1:*");
            ServedWorker worker =
                    RealBridges.open().serve("numpy", client.getLastEndpoint(), Optional.of(token));
            byte[] identity = client.recv();
            Hello hello = Hello.of(MessageCodec.decode(List.of(client.recv()), 0));
            assertThat(hello.token()).isEqualTo(token);
            assertThat(hello.processId()).isEqualTo(worker.pid());
            client.send(identity, ZMQ.SNDMORE);
            client.send(RecordedFrames.frames("refusal.bin").get(0));
            assertThat(worker.waitFor()).as("status of a refused worker").isEqualTo(4);
        }
    }

    @Test
    void aWorkerEndsWithItsStandardInput() throws Exception {
        try (ZContext context = new ZContext()) {
            ZMQ.Socket client = context.createSocket(SocketType.ROUTER);
            client.setReceiveTimeOut(WAIT_MS);
            client.bind("tcp://127.0.0.1:*");
            String token = "cd".repeat(16);
            ServedWorker worker =
                    RealBridges.open().serve("numpy", client.getLastEndpoint(), Optional.of(token));
            assertThat(new String(client.recv(), StandardCharsets.UTF_8)).startsWith("pid-");
            worker.input().close();
            assertThat(worker.waitFor()).as("status of an orphan").isEqualTo(5);
        }
    }
}
