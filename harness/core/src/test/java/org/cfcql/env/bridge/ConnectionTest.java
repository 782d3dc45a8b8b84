package org.cfcql.env.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.cfcql.env.wire.Protocol;
import org.cfcql.random.RandomStream;
import org.junit.jupiter.api.Test;

/** Messages between two ends of a connection, whatever sizes their frames have. */
class ConnectionTest {
    private static final int MESSAGES = 300;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final List<SocketChannel> ends = pair();
    private final RandomStream random = new RandomStream(1);

    private static List<SocketChannel> pair() {
        try (ServerSocketChannel port = ServerSocketChannel.open()) {
            port.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SocketChannel one = SocketChannel.open(port.getLocalAddress());
            SocketChannel other = port.accept();
            one.configureBlocking(false);
            other.configureBlocking(false);
            return List.of(one, other);
        } catch (IOException refused) {
            throw new AssertionError(refused);
        }
    }

    private Connection end(int index) {
        return new Connection(ends.get(index), ByteBuffer.allocate(0), ByteBuffer.allocate(0));
    }

    @Test
    void everyFrameArrivesAsItWasSent() throws IOException {
        try (Connection sender = end(0);
                Connection receiver = end(1)) {
            for (int count = 0; count < MESSAGES; count++) {
                List<byte[]> message = message(count);
                sender.send(message);
                List<byte[]> received = delivered(sender, receiver);
                assertThat(received).hasSameSizeAs(message);
                for (int frame = 0; frame < message.size(); frame++) {
                    assertThat(received.get(frame)).isEqualTo(message.get(frame));
                }
            }
        }
    }

    private static List<byte[]> delivered(Connection sender, Connection receiver)
            throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Optional<List<byte[]>> received = receiver.receive();
        while (received.isEmpty()) {
            assertThat(System.nanoTime()).as("time when it arrives").isLessThan(deadline);
            sender.flush();
            received = receiver.receive();
        }
        return received.get();
    }

    /** Around every length at which a frame is written or buffered in another way. */
    private List<byte[]> message(int count) {
        int[] turns = {0, 1, 255, 256, 65_517, 65_527, 65_528, 65_536, 131_072, 1_000_000};
        List<byte[]> frames = new ArrayList<>();
        for (int frame = 0; frame < 1 + count % 5; frame++) {
            int near = turns[random.nextInt(turns.length)] + random.nextInt(5) - 2;
            byte[] bytes = new byte[Math.max(0, near)];
            for (int index = 0; index < bytes.length; index++) {
                bytes[index] = (byte) (index * 31 + count);
            }
            frames.add(bytes);
        }
        return frames;
    }

    @Test
    void sendingToAnEndThatDoesNotReadKeepsAndDoesNotWait() throws IOException {
        try (Connection sender = end(0);
                Connection receiver = end(1)) {
            byte[] large = new byte[1 << 20];
            for (int count = 0; count < 20; count++) {
                sender.send(List.of(large));
            }
            for (int count = 0; count < 20; count++) {
                List<byte[]> received = delivered(sender, receiver);
                assertThat(received.get(0)).hasSize(large.length);
            }
        }
    }

    @Test
    void whatCameBeforeTheEndIsStillReceived() throws IOException {
        try (Connection receiver = end(1)) {
            try (Connection sender = end(0)) {
                sender.send(List.of(new byte[] {7}));
            }
            Optional<List<byte[]>> received = receiver.receive();
            while (received.isEmpty()) {
                received = receiver.receive();
            }
            assertThat(received.get().get(0)).containsExactly(7);
            assertThatThrownBy(
                            () -> {
                                while (receiver.receive().isEmpty()) {
                                    Thread.onSpinWait();
                                }
                            })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void whatCameBehindTheGreetingIsTheFirstMessage() throws IOException {
        ByteBuffer early = ByteBuffer.wrap(new byte[] {1, 1, 7, 0, 2, 8, 9});
        try (Connection receiver = new Connection(ends.get(1), ByteBuffer.allocate(0), early)) {
            assertThat(receiver.receive().orElseThrow())
                    .containsExactly(new byte[] {7}, new byte[] {8, 9});
        }
    }

    @Test
    void theLimitOfAMessageIsNoLimitOfTheConnection() {
        MessageReader reader = new MessageReader();
        byte[] body = new byte[Protocol.MAX_FRAME_BYTES / 2];
        for (long bytes = 0; bytes <= Protocol.MAX_MESSAGE_BYTES; bytes += body.length) {
            reader.take(ByteBuffer.wrap(new byte[] {1, 0}));
            reader.take(ByteBuffer.allocate(9).put((byte) 2).putLong(body.length).flip());
            reader.take(ByteBuffer.wrap(body));
            assertThat(reader.next().orElseThrow().get(1)).hasSize(body.length);
        }
    }
}
