package org.cfcql.env.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentRequest;
import org.cfcql.env.StepResult;
import org.cfcql.env.wire.ArrayFrames;
import org.cfcql.env.wire.ElementType;
import org.cfcql.env.wire.Message;
import org.cfcql.env.wire.MessageCodec;
import org.cfcql.env.wire.ProtocolViolation;
import org.cfcql.env.wire.RecordedFrames;
import org.cfcql.env.wire.Spec;
import org.cfcql.env.wire.SpecReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The recorded session, from the harness' side: HELLO, MAKE, RESET, STEP. */
class RecordedRepliesTest {
    private static final boolean[] BOTH = {true, true};

    static Stream<RecordedFrames.Entry> badReplies() {
        return RecordedFrames.entries().filter(entry -> !entry.valid() && entry.toHarness());
    }

    @ParameterizedTest
    @MethodSource("badReplies")
    void aBadReplyToAStepIsAFaultWithItsCode(RecordedFrames.Entry entry) {
        BridgeSession session = sessionThatAnswersStepsWith(entry.frames());
        WorkerFault fault =
                catchThrowableOfType(
                        WorkerFault.class, () -> session.step(recordedActions(), BOTH));
        assertThat(fault).as(entry.manifest().get("why").asText()).isNotNull();
        assertThat(fault.getCause()).isInstanceOf(ProtocolViolation.class);
        assertThat(((ProtocolViolation) fault.getCause()).code()).isEqualTo(entry.error());
    }

    @Test
    void theRecordedStepGivesItsNumbers() {
        RecordedFrames.Entry recorded = RecordedFrames.entry("step_ok.bin");
        StepResult result =
                sessionThatAnswersStepsWith(recorded.frames()).step(recordedActions(), BOTH);
        assertThat(result.observations().observations())
                .isEqualTo(ArrayFrames.toFloats(recorded.array(0), ElementType.F32));
        assertThat(result.observations().state()).isSameAs(result.observations().observations());
        assertThat(result.rewards())
                .isEqualTo(ArrayFrames.toFloats(recorded.array(1), ElementType.F32));
        assertThat(result.terminated()).isEqualTo(recorded.array(2));
        assertThat(result.truncated()).isEqualTo(recorded.array(3));
        assertThat(result.info().get("episode_length")).containsExactly(1, 1);
    }

    @Test
    void theStepThatIsSentIsTheRecordedOne() {
        FakeLink link = new FakeLink(new FakeClock());
        BridgeSession session = session(link);
        session.step(recordedActions(), BOTH);
        List<byte[]> sent = MessageCodec.encode(link.sent().get(link.sent().size() - 1));
        List<byte[]> recorded = RecordedFrames.frames("step.bin");
        assertThat(sent).hasSameSizeAs(recorded);
        for (int index = 0; index < recorded.size(); index++) {
            assertThat(sent.get(index)).isEqualTo(recorded.get(index));
        }
    }

    @Test
    void theRecordedLineGivesEveryAgentTheWholeState() {
        Spec spec = SpecReader.read(MessageCodec.decode(RecordedFrames.frames("line_spec.bin"), 2));
        RecordedFrames.Entry recorded = RecordedFrames.entry("line_step_last_ok.bin");
        Message reply = MessageCodec.decode(recorded.frames(), 2);
        StepResult result = new Replies(spec).step(reply, BOTH);
        float[] state = ArrayFrames.toFloats(recorded.array(0), ElementType.F32);
        assertThat(result.observations().state()).isEqualTo(state);
        assertThat(result.observations().observations()).hasSize(2 * 3 * 3);
        for (int index = 0; index < 2 * 3 * 3; index++) {
            float expected = state[index / 9 * 3 + index % 3];
            assertThat(result.observations().observations()[index]).isEqualTo(expected);
        }
        assertThat(result.observations().availableActions()).isEqualTo(recorded.array(1));
        assertThat(result.rewards()).hasSize(2);
        assertThat(result.truncated()).containsExactly(1, 0);
    }

    private static Actions recordedActions() {
        return new Actions.Continuous(
                ArrayFrames.toFloats(RecordedFrames.frames("step.bin").get(1), ElementType.F32));
    }

    private static BridgeSession sessionThatAnswersStepsWith(List<byte[]> frames) {
        FakeLink link =
                new FakeLink(new FakeClock()) {
                    @Override
                    void onRequest(Message request) {
                        if (request.type().equals("STEP")) {
                            answer(frames);
                        } else {
                            super.onRequest(request);
                        }
                    }
                };
        return session(link);
    }

    /** A session whose next request is the recorded STEP, number 3. */
    private static BridgeSession session(FakeLink link) {
        BridgeSession session =
                new BridgeSession(link, Deadlines.DEFAULT, new FakeClock(), "no command");
        session.greet();
        session.make(
                new EnvironmentRequest("mpe/simple_spread", new TreeMap<>(), 2),
                BridgeSession.singlePrecision());
        session.reset(BOTH, new long[] {0, 1});
        return session;
    }
}
