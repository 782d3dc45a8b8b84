package org.cfcql.env.bridge;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.cfcql.env.EnvironmentRequest;
import org.cfcql.env.wire.RecordedFrames;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever calls at the port without the secret stops nothing, is not heard, and is hung up on. */
class StrangersTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int MOST_CALLS = 8000;

    private final RouterLink link = new RouterLink(RealBridges.open().worker("numpy"), 1);
    private final List<Stranger> strangers = new ArrayList<>();

    @AfterEach
    void hangUp() throws IOException {
        for (Stranger stranger : strangers) {
            stranger.close();
        }
    }

    private Stranger stranger() throws IOException {
        Stranger stranger = Stranger.at(link.endpoint());
        strangers.add(stranger);
        return stranger;
    }

    /** Plays a step and ends in time, whatever the strangers do. */
    private void assertServed() {
        BridgeSession session =
                new BridgeSession(link, RealBridges.DEADLINES, MonotonicClock.SYSTEM, "none");
        try {
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

    @Test
    void namesThatCanBeGuessedOpenNoDoor() throws IOException {
        long harness = ProcessHandle.current().pid();
        for (String name :
                List.of(
                        "worker-" + harness + "-1",
                        "worker-" + harness + "-2",
                        "pid-" + link.pid(),
                        "w0-1",
                        "",
                        "0".repeat(2 * BridgeDefaults.IDENTITY_BYTES),
                        link.token().substring(0, 32))) {
            stranger().introduce(name).send(helloFrame());
        }
        assertServed();
        // They heard the 64 bytes that greet everybody, and no READY.
        assertThat(strangers).allMatch(each -> each.heardUntilTheEnd() <= Greeting.BYTES);
    }

    /** A worker's secrets stand on no command line, which everybody on the machine can read. */
    @Test
    void secretsAreNotOnTheCommandLine() {
        String line = ProcessHandle.of(link.pid()).flatMap(each -> each.info().commandLine()).get();
        assertThat(line).contains("--connect").doesNotContain("--identity", link.token());
        assertServed();
    }

    @ParameterizedTest
    @CsvSource({
        "2, -1", // a long frame; 3: more follow; 6: a command
        "2, -9223372036854775808",
        "2, -2049131656",
        "3, -1",
        "6, -1",
        "6, 9223372036854775807",
        "2, 9223372036854775807",
        "2, 4294967296",
        "2, 2147483647",
        "6, 1073741824",
        "2, 134217728",
        "255, 0"
    })
    void lyingLengthsBeforeAndBehindAnIntroductionAreNotHeard(int flags, long length)
            throws IOException {
        stranger().greet(Greeting.BYTES).announce(flags, length);
        stranger().introduce("worker").announce(flags, length);
        assertServed();
        assertThat(strangers).allMatch(each -> each.heardUntilTheEnd() <= Greeting.BYTES);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9, 10, 11, 32, 63, 64})
    void thoseWhoFallSilentKeepNobodyWaiting(int bytes) throws IOException {
        for (int count = 0; count < 100; count++) {
            stranger().greet(bytes);
        }
        assertServed();
        assertThat(strangers).allMatch(each -> each.heardUntilTheEnd() <= Greeting.BYTES);
    }

    @Test
    void thoseWhoSpeakAnotherLanguageAreHungUpOn() throws IOException {
        stranger().send("GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(1000).getBytes(US_ASCII));
        stranger().send(new byte[1 << 16]);
        byte[] curve = Greeting.first();
        System.arraycopy("CURVE".getBytes(US_ASCII), 0, curve, 12, 5);
        stranger().send(curve);
        byte[] old = Greeting.first();
        old[10] = 1;
        stranger().send(old);
        stranger()
                .greet(Greeting.BYTES)
                .send(new byte[] {4, (byte) 255, 5, 'R', 'E', 'A', 'D', 'Y'});
        stranger()
                .greet(Greeting.BYTES)
                .send(new byte[] {4, 12, 5, 'R', 'E', 'A', 'D', 'Y', 0, -1, -1, -1, -1, 0});
        assertServed();
    }

    @Test
    void moreThanThePortKeepsDisplaceOnlyEachOther() throws IOException {
        byte[] secret = "the secret".getBytes(US_ASCII);
        try (Selector selector = Selector.open();
                Reception reception = new Reception(selector, secret)) {
            String endpoint = "tcp://127.0.0.1:" + reception.number();
            for (int count = 0; count < 2 * Reception.MOST_CALLERS; count++) {
                strangers.add(Stranger.at(endpoint));
                assertThat(reception.serve()).isEmpty();
            }
            // Beyond the room there is, the oldest were hung up on.
            selector.selectNow(ready -> {});
            assertThat(strangers.get(0).heardUntilTheEnd()).isEqualTo(Greeting.BYTES);
            Stranger known = Stranger.at(endpoint).introduce("the secret");
            Optional<Connection> admitted = Optional.empty();
            while (admitted.isEmpty()) {
                admitted = reception.serve();
            }
            known.close();
            admitted.get().close();
        }
        assertServed();
    }

    @ParameterizedTest
    @EnumSource
    void aFloodDelaysButDoesNotStop(Flood kind) throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        List<Thread> flood = new ArrayList<>();
        Queue<Stranger> calls = new ConcurrentLinkedQueue<>();
        for (int count = 0; count < 4; count++) {
            flood.add(new Thread(() -> call(kind, calls, ended)));
        }
        flood.forEach(Thread::start);
        try {
            assertServed();
        } finally {
            ended.set(true);
            for (Thread each : flood) {
                each.join();
            }
            strangers.addAll(calls);
        }
        assertThat(calls).hasSizeGreaterThan(4);
    }

    /** What those of a flood do. */
    private enum Flood {
        CALLS_AND_HANGS_UP,
        CALLS_AND_STAYS,
        GREETS_AND_STAYS,
        INTRODUCES_ITSELF,
        SENDS_FRAMES
    }

    private void call(Flood kind, Queue<Stranger> calls, AtomicBoolean ended) {
        byte[] frames = helloFrame();
        while (!ended.get() && calls.size() < MOST_CALLS) {
            try {
                Stranger each = Stranger.at(link.endpoint());
                calls.add(each);
                switch (kind) {
                    case CALLS_AND_HANGS_UP -> each.close();
                    case CALLS_AND_STAYS -> {}
                    case GREETS_AND_STAYS -> each.greet(Greeting.BYTES);
                    case INTRODUCES_ITSELF -> each.introduce("worker-1");
                    case SENDS_FRAMES -> {
                        each.introduce("worker-1");
                        while (!ended.get()) {
                            each.send(frames);
                        }
                    }
                }
            } catch (IOException refused) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void whenTheWorkerHasComeThePortIsClosed() throws IOException {
        Stranger early = stranger();
        BridgeSession session =
                new BridgeSession(link, RealBridges.DEADLINES, MonotonicClock.SYSTEM, "none");
        session.greet();
        assertThat(early.heardUntilTheEnd()).isLessThanOrEqualTo(Greeting.BYTES);
        assertThatThrownBy(this::stranger).isInstanceOf(ConnectException.class);
        assertServedFrom(session);
    }

    private static void assertServedFrom(BridgeSession session) {
        session.make(
                new EnvironmentRequest("faulty/none", new TreeMap<>(), 1),
                BridgeSession.singlePrecision());
        session.close();
    }

    /** The recorded HELLO with a token that is not this worker's, as a frame. */
    private static byte[] helloFrame() {
        byte[] hello = RecordedFrames.frames("hello.bin").get(0);
        return ByteBuffer.allocate(9 + hello.length)
                .put((byte) 2)
                .putLong(hello.length)
                .put(hello)
                .array();
    }
}
