package org.cfcql.env.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.cfcql.fuzz.Damage;
import org.cfcql.random.RandomStream;

/** Whatever frames a peer sends are a message, or a violation of the protocol. */
class CodecFuzzTest {
    private static final List<RecordedFrames.Entry> ENTRIES = RecordedFrames.entries().toList();

    @Property
    void damagedFramesAreAMessageOrAViolation(@ForAll long seed) {
        RandomStream random = new RandomStream(seed);
        RecordedFrames.Entry entry = ENTRIES.get(random.nextInt(ENTRIES.size()));
        List<byte[]> frames = new ArrayList<>(RecordedFrames.frames(entry.file()));
        int at = random.nextInt(frames.size());
        frames.set(at, Damage.ofBytes(frames.get(at), random));
        try {
            Message message = MessageCodec.decode(frames, 2);
            assertThat(message.type()).isNotNull();
            read(message);
        } catch (ProtocolViolation violation) {
            assertThat(violation.getMessage()).isNotBlank();
        }
    }

    /** As the harness reads what a worker may send. */
    private static void read(Message message) {
        switch (message.type()) {
            case "HELLO" -> Hello.of(message);
            case "SPEC" -> SpecReader.read(message);
            case "ERROR" -> WorkerError.of(message);
            default -> message.sequence();
        }
    }
}
