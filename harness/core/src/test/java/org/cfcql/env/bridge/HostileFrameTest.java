package org.cfcql.env.bridge;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.TreeMap;
import org.cfcql.env.EnvironmentRequest;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A local peer that completes the greeting of ZMTP and then lies about the length of a frame. */
class HostileFrameTest {
    private static final int GREETING_BYTES = 64;
    private static final int COMMAND = 0x04;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @ParameterizedTest
    @CsvSource({
        "2, -1", // a long frame; 3: more follow; 6: a command
        "2, -9223372036854775808",
        "2, -2049131656",
        "3, -1",
        "6, -1",
        "2, 9223372036854775807",
        "2, 4294967296",
        "2, 2147483647",
        "2, 2147483639",
        "2, 1073741824",
        "2, 134217728"
    })
    void aLyingLengthNeitherStopsTheServiceNorTheEnd(int flags, long length) throws IOException {
        RouterLink link = new RouterLink(RealBridges.open().worker("numpy"), 1);
        BridgeSession session =
                new BridgeSession(link, RealBridges.DEADLINES, MonotonicClock.SYSTEM, "none");
        try (Socket stranger = greeted(link.endpoint())) {
            ByteBuffer announced = ByteBuffer.allocate(9 + 100).put((byte) flags).putLong(length);
            stranger.getOutputStream().write(announced.array());
            stranger.getOutputStream().flush();

            session.greet();
            session.make(
                    new EnvironmentRequest("faulty/none", new TreeMap<>(), 1),
                    BridgeSession.singlePrecision());
            session.reset(new boolean[] {true}, new long[] {1});
        } finally {
            long before = System.nanoTime();
            Assertions.assertTimeoutPreemptively(PATIENCE, session::close);
            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .as("time to close")
                    .isLessThan(Duration.ofMillis(BridgeDefaults.CLOSE_MS));
        }
    }

    /** A connection behind greeting and handshake, as a DEALER. */
    private static Socket greeted(String endpoint) throws IOException {
        int port = Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        ByteBuffer greeting = ByteBuffer.allocate(GREETING_BYTES);
        greeting.put((byte) 0xff).put(new byte[8]).put((byte) 0x7f).put((byte) 3).put((byte) 0);
        greeting.put("NULL".getBytes(US_ASCII));
        socket.getOutputStream().write(greeting.array());
        ByteArrayOutputStream ready = new ByteArrayOutputStream();
        ready.write(5);
        ready.write("READY".getBytes(US_ASCII));
        property(ready, "Socket-Type", "DEALER");
        property(ready, "Identity", "");
        socket.getOutputStream().write(new byte[] {COMMAND, (byte) ready.size()});
        socket.getOutputStream().write(ready.toByteArray());
        socket.getOutputStream().flush();
        InputStream answer = socket.getInputStream();
        answer.readNBytes(GREETING_BYTES);
        answer.read();
        answer.readNBytes(answer.read());
        return socket;
    }

    private static void property(ByteArrayOutputStream to, String name, String value)
            throws IOException {
        to.write(name.length());
        to.write(name.getBytes(US_ASCII));
        to.write(ByteBuffer.allocate(Integer.BYTES).putInt(value.length()).array());
        to.write(value.getBytes(US_ASCII));
    }
}
