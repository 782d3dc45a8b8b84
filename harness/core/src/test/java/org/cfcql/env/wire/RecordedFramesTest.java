package org.cfcql.env.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The recorded messages, byte for byte. */
class RecordedFramesTest {
    private static final int ENVIRONMENTS = 2;

    /** Wrong only in what they follow, in their fields or arrays, or by the smaller limit. */
    private static final Set<String> WRONG_IN_CONTEXT_ONLY =
            Set.of("bad_long_header.bin", "bad_make_again.bin");

    static Stream<RecordedFrames.Entry> valid() {
        return RecordedFrames.entries().filter(RecordedFrames.Entry::valid);
    }

    /** Those that are wrong as messages, whoever receives them. */
    static Stream<RecordedFrames.Entry> malformed() {
        return RecordedFrames.entries()
                .filter(entry -> !entry.valid())
                .filter(entry -> !WRONG_IN_CONTEXT_ONLY.contains(entry.file()))
                .filter(entry -> !entry.file().matches("bad_(reply|step|reset)_.*"))
                .filter(entry -> !entry.file().matches("bad_(without|value)_(ns|old|type).*"));
    }

    @ParameterizedTest
    @MethodSource("valid")
    void aValidMessageDecodesToItsHeaderAndArrays(RecordedFrames.Entry entry) {
        Message message = MessageCodec.decode(entry.frames(), ENVIRONMENTS);
        Map<String, Object> header = entry.header();
        assertThat(message.type()).isEqualTo(header.get("t"));
        assertThat(message.sequence()).isEqualTo(header.get("seq"));
        List.of("v", "t", "seq").forEach(header::remove);
        assertThat(message.fields()).isEqualTo(header);
        assertThat(List.copyOf(message.fields().keySet())).isEqualTo(List.copyOf(header.keySet()));
        assertThat(message.arrays()).hasSize(entry.manifest().get("arrays").size());
        for (int index = 0; index < message.arrays().size(); index++) {
            assertThat(message.arrays().get(index)).isEqualTo(entry.array(index));
        }
    }

    @ParameterizedTest
    @MethodSource("valid")
    void encodingAValidMessageGivesItsBytes(RecordedFrames.Entry entry) {
        Message message = MessageCodec.decode(entry.frames(), ENVIRONMENTS);
        assertThat(MessageCodec.encodeHeader(entry.header())).isEqualTo(entry.frames().get(0));
        assertSameFrames(MessageCodec.encode(message), entry);
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void aMalformedMessageIsRefusedWithItsCode(RecordedFrames.Entry entry) {
        ProtocolViolation violation =
                catchThrowableOfType(
                        ProtocolViolation.class,
                        () -> MessageCodec.decode(entry.frames(), ENVIRONMENTS));
        assertThat(violation).as(entry.manifest().get("why").asText()).isNotNull();
        assertThat(violation.code()).isEqualTo(entry.error());
    }

    @Test
    void requestsOfTheHarnessAreTheRecordedOnes() {
        Map<String, ElementType> single = new LinkedHashMap<>();
        Message make = decoded("make.bin");
        make.read()
                .textMap("dtypes")
                .forEach((name, type) -> single.put(name, ElementType.of(type)));
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("force_exponent", 2L);
        Message welcome = decoded("welcome.bin");
        Map<String, Long> deadlines = new LinkedHashMap<>();
        welcome.read()
                .scalarMap("deadlines_ms")
                .forEach((name, value) -> deadlines.put(name, Long.valueOf(value)));
        Map<String, Request> requests = new LinkedHashMap<>();
        requests.put(
                "welcome.bin",
                new Welcome(
                        welcome.read().count("minor"),
                        Protocol.MAX_FRAME_BYTES,
                        Protocol.MAX_MESSAGE_BYTES,
                        deadlines,
                        welcome.read().whole("heartbeat_ms")));
        requests.put(
                "refusal.bin",
                new Refusal(ErrorCode.BAD_TOKEN, decoded("refusal.bin").read().text("message")));
        requests.put("make.bin", new Make("mpe/simple_spread", options, ENVIRONMENTS, single));
        requests.put("reset.bin", new Reset(flags("reset.bin", 0), longs("reset.bin", 1)));
        requests.put(
                "step.bin", new Step(decoded("step.bin").arrays().get(0), flags("step.bin", 1)));
        requests.put("state_get.bin", new StateGet());
        List<byte[]> states = decoded("state_set.bin").arrays();
        requests.put(
                "state_set.bin",
                new StateSet(flags("state_set.bin", 0), states.subList(1, states.size())));
        requests.put("ping.bin", new Ping(decoded("ping.bin").read().whole("ns")));
        requests.put("close.bin", new Close());
        requests.forEach(
                (file, request) ->
                        assertSameFrames(
                                MessageCodec.encode(request.message(decoded(file).sequence())),
                                RecordedFrames.entry(file)));
    }

    @Test
    void theRecordedSpecIsCooperativeNavigation() {
        Spec spec = SpecReader.read(decoded("spec.bin"));
        assertThat(spec.environment().id()).isEqualTo("mpe/simple_spread");
        assertThat(spec.environments()).isEqualTo(ENVIRONMENTS);
        assertThat(spec.environment().observationSize()).isEqualTo(18);
        assertThat(spec.environment().stateSize()).isEqualTo(54);
        assertThat(spec.environment().stateIsObservations()).isTrue();
        assertThat(spec.environment().paperReduction()).isEqualTo("mean");
        assertThat(Fingerprint.of(spec.environment().ingredients()))
                .isEqualTo(spec.environment().fingerprint());
    }

    @Test
    void anErrorReadsWithItsRowsPackagesAndTraceback() {
        WorkerError illegal = WorkerError.of(decoded("error_illegal_action.bin"));
        assertThat(illegal.code()).isEqualTo(ErrorCode.ILLEGAL_ACTION);
        assertThat(illegal.environments()).containsExactly(1);
        assertThat(illegal.agents()).containsExactly(2);
        assertThat(WorkerError.of(decoded("error_missing.bin")).packages()).isNotEmpty();
        assertThat(WorkerError.of(decoded("error_bad_option.bin")).suggestion()).isEqualTo("prey");
        assertThat(WorkerError.of(decoded("error_crashed.bin")).traceback())
                .startsWith("Traceback");
    }

    private static void assertSameFrames(List<byte[]> found, RecordedFrames.Entry entry) {
        List<byte[]> expected = entry.frames();
        assertThat(found).as(entry.file()).hasSize(expected.size());
        for (int index = 0; index < expected.size(); index++) {
            assertThat(found.get(index))
                    .as(entry.file() + " frame " + index)
                    .isEqualTo(expected.get(index));
        }
    }

    private static Message decoded(String file) {
        return MessageCodec.decode(RecordedFrames.frames(file), ENVIRONMENTS);
    }

    private static boolean[] flags(String file, int index) {
        byte[] frame = decoded(file).arrays().get(index);
        boolean[] flags = new boolean[frame.length];
        for (int row = 0; row < flags.length; row++) {
            flags[row] = frame[row] == 1;
        }
        return flags;
    }

    private static long[] longs(String file, int index) {
        ByteBuffer frame =
                ByteBuffer.wrap(decoded(file).arrays().get(index)).order(ByteOrder.LITTLE_ENDIAN);
        long[] longs = new long[frame.remaining() / Long.BYTES];
        frame.asLongBuffer().get(longs);
        return longs;
    }
}
