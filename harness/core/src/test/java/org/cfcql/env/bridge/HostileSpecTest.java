package org.cfcql.env.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentRequest;
import org.cfcql.env.EpisodesVoid;
import org.cfcql.env.wire.ErrorCode;
import org.cfcql.env.wire.Fingerprint;
import org.cfcql.env.wire.Message;
import org.cfcql.env.wire.MessageCodec;
import org.cfcql.env.wire.RecordedFrames;
import org.cfcql.error.EnvironmentFault;
import org.cfcql.error.HarnessBug;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Workers whose words are valid MessagePack and lies: one line and exit code 4, never a trace. */
class HostileSpecTest {
    private static final RestartPolicy NEVER = new RestartPolicy(0, 1, 1, 1);
    private static final RestartPolicy ONCE = new RestartPolicy(1, 1, 1, 600_000);
    private static final boolean[] BOTH = {true, true};
    private static final long[] SEEDS = {1, 2};
    private static final Object ABSENT = new Object();
    private static final long HUGE = 1_000_000_000L;

    /** Where in the two recorded SPECs, and what stands there instead. */
    private static Arguments lie(String path, Object value) {
        return Arguments.of(path, value);
    }

    private static Stream<Arguments> lies() {
        List<Arguments> lies = new ArrayList<>();
        addSizes(lies);
        addSpaces(lies);
        addContradictions(lies);
        addTexts(lies);
        addKinds(lies);
        return lies.stream();
    }

    private static void addSizes(List<Arguments> lies) {
        for (String id :
                List.of("mpe/simple_tag", "../../x", "<script>", "", "mpe/simple_spread\n")) {
            lies.add(lie("env", id));
        }
        for (Object size : List.of(0L, -1L, HUGE, Long.MAX_VALUE, BigInteger.ONE.shiftLeft(63))) {
            lies.add(lie("envs", size));
            lies.add(lie("episode_limit", size));
            lies.add(lie("action.shape.0", size));
            for (int array = 0; array < 4; array++) {
                lies.add(lie("arrays." + array + ".shape.0", size));
            }
            lies.add(lie("arrays.0.shape.1", size));
            lies.add(lie("arrays.4.shape", List.of(size)));
        }
        // Every one of the lengths is possible, their product is 2^32 + 0, 2^64 or a third of 2^32.
        lies.add(lie("arrays.0.shape", List.of(3L, 1431655766L)));
        lies.add(lie("arrays.1.shape", List.of(65_536L, 65_536L)));
        lies.add(lie("arrays.1.shape", List.of(1L << 30, 1L << 30, 16L)));
        lies.add(lie("arrays.1.shape", Collections.nCopies(1000, 1L)));
        lies.add(lie("agents", Collections.nCopies(3, "same")));
        lies.add(lie("agents", List.of("", "b", "c")));
        lies.add(lie("agents", numbered(5000)));
        lies.add(lie("agents", List.of()));
    }

    private static void addSpaces(List<Arguments> lies) {
        for (Object bound :
                List.of(Double.NaN, Double.NEGATIVE_INFINITY, -1e300, -1e10, 1.0, 2.0)) {
            lies.add(lie("action.low", List.of(bound, bound)));
        }
        for (Object bound : List.of(Double.NaN, Double.POSITIVE_INFINITY, 1e300, -1.0)) {
            lies.add(lie("action.high", List.of(bound, bound)));
        }
        lies.add(lie("action.low", List.of(-1.0)));
        lies.add(lie("action.low", List.of(-1.0, -0.5)));
        lies.add(lie("action.kind", "multi"));
        lies.add(lie("action", Map.of("kind", "discrete", "count", 0L)));
        lies.add(lie("action", Map.of("kind", "discrete", "count", HUGE)));
    }

    private static void addContradictions(List<Arguments> lies) {
        lies.add(lie("reward.low", Double.NaN));
        lies.add(lie("reward.low", 31.0));
        lies.add(lie("reward.reduction", "none"));
        lies.add(lie("arrays.0.dtype", "f64"));
        lies.add(lie("arrays.0.dtype", "f16"));
        lies.add(lie("arrays.3.dtype", "i32"));
        lies.add(lie("arrays.4.dtype", "f64"));
        lies.add(lie("arrays.1.derived_by", "agent_0"));
        lies.add(lie("arrays.1.derived_by", "magic"));
        lies.add(lie("arrays.1.derived_from", "nothing"));
        lies.add(lie("arrays.0.derived_from", "state"));
        // As wide as two of three observations.
        lies.add(lie("arrays.1.shape", List.of(36L)));
        lies.add(lie("arrays.6.role", "observation"));
        lies.add(lie("info", List.of("episode_return", "episode_length", "episode_length")));
        lies.add(lie("info", List.of("collisions")));
        lies.add(lie("info", List.of("episode_return", "episode_length", "rewards")));
        lies.add(lie("reset_frames", List.of("observations", "observations")));
        lies.add(lie("step_frames", List.of("observations", "rewards")));
        lies.add(lie("seeding", "sometimes"));
        lies.add(lie("autoreset", List.of("next_step")));
        lies.add(lie("fingerprint", "0".repeat(64)));
        lies.add(lie("task_fingerprint", "0".repeat(64)));
        lies.add(lie("options.force_exponent", 3L));
        lies.add(lie("options.more", 3L));
        lies.add(lie("parts.prey", "scripted-v1"));
        lies.add(lie("fingerprint_of.env", "mpe/simple_tag"));
    }

    private static void addTexts(List<Arguments> lies) {
        for (String text :
                List.of(
                        "env",
                        "family",
                        "backend",
                        "label",
                        "licence",
                        "agents.0",
                        "options.integration",
                        "arrays.0.name",
                        "arrays.0.role",
                        "arrays.0.meaning",
                        "info.0",
                        "seeding",
                        "fingerprint",
                        "fingerprint_of.python",
                        "reset_frames.0")) {
            lies.add(lie(text, "a\r\nb\u001b[2J"));
            lies.add(lie(text, "\u202eright to left"));
            lies.add(lie(text, null));
            lies.add(lie(text, 7L));
            lies.add(lie(text, List.of()));
            lies.add(lie(text, "x".repeat(10_000)));
        }
        lies.add(lie("parts", Map.of("prey\u001b[31m", "x")));
    }

    private static void addKinds(List<Arguments> lies) {
        for (String field :
                List.of(
                        "env",
                        "family",
                        "backend",
                        "label",
                        "options",
                        "parts",
                        "envs",
                        "agents",
                        "arrays",
                        "reset_frames",
                        "step_frames",
                        "action",
                        "episode_limit",
                        "timeout_kind",
                        "reward",
                        "info",
                        "seeding",
                        "determinism",
                        "autoreset",
                        "capabilities",
                        "state_layout",
                        "licence",
                        "fingerprint",
                        "task_fingerprint",
                        "fingerprint_of",
                        "action.kind",
                        "action.shape",
                        "action.low",
                        "reward.kind",
                        "arrays.0.name",
                        "arrays.0.dtype",
                        "arrays.0.shape",
                        "state_layout.0.dtype")) {
            lies.add(lie(field, ABSENT));
            lies.add(lie(field, null));
            lies.add(lie(field, true));
            lies.add(lie(field, Map.of("a", Collections.singletonList(null))));
        }
    }

    @ParameterizedTest
    @MethodSource("lies")
    void aSpecThatLiesIsRefusedInOneLine(String path, Object value) {
        FakeClock clock = new FakeClock();
        FakeLink liar = new Liar(clock, "MAKE", fields -> changed(fields, path, value));
        EnvironmentFault fault =
                catchThrowableOfType(EnvironmentFault.class, () -> open(clock, liar, NEVER));
        assertThat(fault).as("%s = %.60s", path, value).isNotNull();
        assertOneLine(fault);
        assertThat(liar.closed()).isTrue();
    }

    @Test
    void theSameFieldsUnchangedAreServed() {
        FakeClock clock = new FakeClock();
        open(clock, new Liar(clock, "MAKE", UnaryOperator.identity()), NEVER).reset(BOTH, SEEDS);
    }

    private static Stream<Arguments> greetings() {
        return Stream.of(
                lie("role", "harness"),
                lie("role", null),
                lie("speaks", null),
                lie("speaks", Collections.singletonList(null)),
                lie("speaks", List.of(List.of())),
                lie("speaks", List.of(List.of(1L))),
                lie("speaks", List.of(List.of(1L, -1L))),
                lie("speaks", List.of(List.of(HUGE * 10, 1L))),
                lie("speaks", List.of("1.0")),
                lie("pid", "1"),
                lie("package", "1.0\r\u001b]0;owned\u0007"),
                lie("package", 1.0),
                lie("python", "\u001b[2J"),
                lie("libraries", Map.of("numpy", 2L)),
                lie("libraries", Map.of("\u2028", "2")),
                lie("libraries", List.of()),
                lie("token", null),
                lie("token", "\u001b[2J"));
    }

    @ParameterizedTest
    @MethodSource("greetings")
    void aGreetingThatLiesIsRefusedInOneLine(String path, Object value) {
        FakeClock clock = new FakeClock();
        FakeLink liar =
                new FakeLink(clock) {
                    @Override
                    List<byte[]> hello() {
                        Message hello = MessageCodec.decode(RecordedFrames.frames("hello.bin"), 0);
                        return MessageCodec.encode(
                                new Message(
                                        "HELLO",
                                        0,
                                        changed(hello.fields(), path, value),
                                        List.of()));
                    }
                };
        EnvironmentFault fault =
                catchThrowableOfType(EnvironmentFault.class, () -> open(clock, liar, NEVER));
        assertThat(fault).as("%s = %s", path, value).isNotNull();
        assertOneLine(fault);
    }

    /** Only MAKE may be refused for what the user asked. */
    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void aRefusalOfALegalStepIsTheWorkersFault(ErrorCode code) {
        FakeClock clock = new FakeClock();
        List<FakeLink> links = new ArrayList<>();
        SupervisedEnvironment environment =
                new SupervisedEnvironment(
                        incarnation -> {
                            links.add(new Refusing(clock, "STEP", code));
                            return links.get(links.size() - 1);
                        },
                        new EnvironmentRequest("mpe/simple_spread", new TreeMap<>(), 2),
                        "cfcql env install numpy",
                        Deadlines.DEFAULT,
                        ONCE,
                        clock);
        Actions actions = new Actions.Continuous(new float[2 * 3 * 2]);
        environment.reset(BOTH, SEEDS);
        assertThatThrownBy(() -> environment.step(actions, BOTH)).isInstanceOf(EpisodesVoid.class);
        environment.reset(BOTH, SEEDS);
        EnvironmentFault fault =
                catchThrowableOfType(EnvironmentFault.class, () -> environment.step(actions, BOTH));
        assertThat(fault).isNotNull();
        assertOneLine(fault);
        assertThat(fault.getMessage()).contains("\\u001b[31m");
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"UNKNOWN_ENV", "BAD_OPTION", "MISSING_DEPENDENCY"})
    void aRefusalToMakeWhatIsKnownIsTheWorkersFault(ErrorCode code) {
        FakeClock clock = new FakeClock();
        EnvironmentFault fault =
                catchThrowableOfType(
                        EnvironmentFault.class,
                        () -> open(clock, new Refusing(clock, "MAKE", code), NEVER));
        assertThat(fault).isNotNull();
        assertOneLine(fault);
    }

    @Test
    void whereNoWorkerWasMadeInTimeNoneIsStartedAgain() {
        FakeClock clock = new FakeClock();
        FakeLink late = new Refusing(clock, "MAKE", ErrorCode.DEADLINE);
        assertThatThrownBy(() -> open(clock, late, ONCE)).hasMessageContaining("failed 1 times");
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void aRefusalToCloseChangesNothing(ErrorCode code) {
        FakeClock clock = new FakeClock();
        FakeLink link = new Refusing(clock, "CLOSE", code);
        open(clock, link, NEVER).close();
        assertThat(link.closed()).isTrue();
    }

    @Test
    void anIllegalActionIsFoundWhereItWasMade() {
        FakeClock clock = new FakeClock();
        SupervisedEnvironment environment = open(clock, new FakeLink(clock), NEVER);
        environment.reset(BOTH, SEEDS);
        float[] actions = new float[12];
        actions[7] = Math.nextUp(1.0f);
        assertThatThrownBy(() -> environment.step(new Actions.Continuous(actions), BOTH))
                .isInstanceOf(HarnessBug.class)
                .hasMessageContaining("agent 0 in row 1");
        // In a row that does not play it is no one's business.
        environment.step(new Actions.Continuous(actions), new boolean[] {true, false});
    }

    @Test
    void theSameFingerprintWithOtherSizesAfterARestartIsRefused() {
        FakeClock clock = new FakeClock();
        List<FakeLink> links = new ArrayList<>();
        SupervisedEnvironment environment =
                new SupervisedEnvironment(
                        incarnation -> {
                            links.add(
                                    new Liar(
                                            clock,
                                            "MAKE",
                                            fields ->
                                                    incarnation == 1
                                                            ? fields
                                                            : changed(
                                                                    fields, "episode_limit", 26L)));
                            return links.get(links.size() - 1);
                        },
                        new EnvironmentRequest("mpe/simple_spread", new TreeMap<>(), 2),
                        "cfcql env install numpy",
                        Deadlines.DEFAULT,
                        ONCE,
                        clock);
        environment.reset(BOTH, SEEDS);
        links.get(0).die(1);
        links.get(0).answer(List.of(new byte[] {1}));
        Actions actions = new Actions.Continuous(new float[2 * 3 * 2]);
        EnvironmentFault fault =
                catchThrowableOfType(EnvironmentFault.class, () -> environment.step(actions, BOTH));
        assertThat(fault).hasMessageContaining("after a restart the SPEC");
    }

    private static void assertOneLine(EnvironmentFault fault) {
        assertThat(fault.exitCode()).isEqualTo(4);
        assertThat(fault.getMessage())
                .contains("expected", "run: cfcql env check mpe/simple_spread")
                .matches("[^\\p{Cntrl}\u2028\u202e]*")
                .hasSizeLessThan(5000);
    }

    private static SupervisedEnvironment open(
            FakeClock clock, FakeLink link, RestartPolicy policy) {
        return new SupervisedEnvironment(
                incarnation -> link,
                new EnvironmentRequest("mpe/simple_spread", new TreeMap<>(), 2),
                "cfcql env install numpy",
                Deadlines.DEFAULT,
                policy,
                clock);
    }

    private static List<String> numbered(int count) {
        return Stream.iterate(0, number -> number + 1).limit(count).map(n -> "agent_" + n).toList();
    }

    /** The fields with another value at a path; hashes are put right, as a liar would. */
    private static Map<String, Object> changed(
            Map<String, Object> fields, String path, Object value) {
        Map<String, Object> copy = new LinkedHashMap<>(fields);
        Object whole = replaced(copy, List.of(path.split("\\.")), value);
        assertThat(whole).isInstanceOf(Map.class);
        copy.clear();
        ((Map<?, ?>) whole).forEach((key, each) -> copy.put((String) key, each));
        if (path.startsWith("fingerprint_of.") && value instanceof String) {
            Map<String, String> ingredients = new TreeMap<>();
            ((Map<?, ?>) copy.get("fingerprint_of"))
                    .forEach((key, each) -> ingredients.put((String) key, (String) each));
            copy.put("fingerprint", Fingerprint.of(ingredients));
            ingredients
                    .keySet()
                    .removeIf(key -> !key.matches("env|backend|(option|file|part)\\..*"));
            copy.put("task_fingerprint", Fingerprint.of(ingredients));
        }
        return copy;
    }

    private static Object replaced(Object in, List<String> path, Object value) {
        if (path.isEmpty()) {
            return value;
        }
        List<String> rest = path.subList(1, path.size());
        if (in instanceof List<?> list) {
            List<Object> copy = new ArrayList<>(list);
            int index = Integer.parseInt(path.get(0));
            copy.set(index, replaced(copy.get(index), rest, value == ABSENT ? null : value));
            if (rest.isEmpty() && value == ABSENT) {
                copy.remove(index);
            } else if (!rest.isEmpty()) {
                copy.set(index, replaced(list.get(index), rest, value));
            }
            return copy;
        }
        Map<String, Object> copy = new LinkedHashMap<>();
        ((Map<?, ?>) in).forEach((key, each) -> copy.put((String) key, each));
        if (rest.isEmpty() && value == ABSENT) {
            copy.remove(path.get(0));
        } else {
            copy.put(path.get(0), replaced(copy.get(path.get(0)), rest, value));
        }
        return copy;
    }

    /** Has its own answer to one kind of request. */
    private abstract static class Answering extends FakeLink {
        private final String request;

        Answering(FakeClock clock, String request) {
            super(clock);
            this.request = request;
        }

        @Override
        void onRequest(Message message) {
            if (message.type().equals(request)) {
                answer(MessageCodec.encode(answerTo(message.sequence())));
            } else {
                super.onRequest(message);
            }
        }

        abstract Message answerTo(long sequence);
    }

    /** Answers one kind of request with changed fields. */
    private static class Liar extends Answering {
        private final UnaryOperator<Map<String, Object>> change;

        Liar(FakeClock clock, String request, UnaryOperator<Map<String, Object>> change) {
            super(clock, request);
            this.change = change;
        }

        @Override
        Message answerTo(long sequence) {
            Message spec = MessageCodec.decode(RecordedFrames.frames("spec.bin"), 2);
            return new Message(spec.type(), sequence, change.apply(spec.fields()), spec.arrays());
        }
    }

    /** Refuses one kind of request. */
    private static final class Refusing extends Answering {
        private final ErrorCode code;

        Refusing(FakeClock clock, String request, ErrorCode code) {
            super(clock, request);
            this.code = code;
        }

        @Override
        Message answerTo(long sequence) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("code", code.name());
            fields.put("message", "no\r\n\u001b[31m such thing");
            fields.put("retryable", false);
            fields.put("state", "unchanged");
            fields.put("envs", List.of());
            fields.put("agents", List.of());
            fields.put("packages", List.of("x\u001b[2J"));
            fields.put("suggestion", "\u202e");
            byte[] traceback = "Traceback\n\u001b[2J last line\n".getBytes(StandardCharsets.UTF_8);
            return new Message("ERROR", sequence, fields, List.of(traceback));
        }
    }
}
