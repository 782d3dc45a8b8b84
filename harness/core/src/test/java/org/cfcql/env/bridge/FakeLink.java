package org.cfcql.env.bridge;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.cfcql.env.wire.Message;
import org.cfcql.env.wire.MessageCodec;
import org.cfcql.env.wire.RecordedFrames;

/**
 * A worker that answers with recorded messages under the right sequence number: {@code
 * mpe/simple_spread} with two rows.
 */
class FakeLink implements WorkerLink {
    /** The token of the recorded HELLO. */
    static final String TOKEN = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    private final FakeClock clock;
    private final Deque<List<byte[]>> incoming = new ArrayDeque<>();
    private final List<Message> sent = new ArrayList<>();
    private OptionalInt exit = OptionalInt.empty();
    private List<String> lines = List.of();
    private boolean closed;

    FakeLink(FakeClock clock) {
        this.clock = clock;
        incoming.add(hello());
    }

    /** The first message; to be overridden by liars. */
    List<byte[]> hello() {
        return RecordedFrames.frames("hello.bin");
    }

    /** What happens on a request; to be overridden by liars. */
    void onRequest(Message request) {
        switch (request.type()) {
            case "MAKE" -> answer("spec.bin", request.sequence());
            case "RESET" -> answer("reset_ok.bin", request.sequence());
            case "STEP" -> answer("step_ok.bin", request.sequence());
            case "CLOSE" -> answer("closed.bin", request.sequence());
            default -> {
                // WELCOME and ERROR have no answer.
            }
        }
    }

    /** Queues a recorded reply under a sequence number. */
    final void answer(String file, long sequence) {
        Message recorded = MessageCodec.decode(RecordedFrames.frames(file), 2);
        answer(
                MessageCodec.encode(
                        new Message(
                                recorded.type(), sequence, recorded.fields(), recorded.arrays())));
    }

    /** Queues frames. */
    final void answer(List<byte[]> frames) {
        incoming.add(frames);
    }

    /** The process ends. */
    final void die(int status, String... lastLines) {
        exit = OptionalInt.of(status);
        lines = List.of(lastLines);
    }

    /** What the harness sent, in order. */
    final List<Message> sent() {
        return sent;
    }

    final boolean closed() {
        return closed;
    }

    @Override
    public String token() {
        return TOKEN;
    }

    @Override
    public void send(List<byte[]> frames) {
        Message message = MessageCodec.decode(frames, 2);
        sent.add(message);
        onRequest(message);
    }

    @Override
    public Optional<List<byte[]>> receive(long waitMs) {
        if (incoming.isEmpty()) {
            clock.advance(waitMs);
        }
        return Optional.ofNullable(incoming.poll());
    }

    @Override
    public OptionalInt exitStatus() {
        return exit;
    }

    @Override
    public List<String> lastLines() {
        return lines;
    }

    @Override
    public boolean awaitExit(long waitMs) {
        return true;
    }

    @Override
    public void close() {
        closed = true;
    }
}
