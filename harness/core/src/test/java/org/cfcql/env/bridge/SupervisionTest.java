package org.cfcql.env.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentRequest;
import org.cfcql.env.EpisodesVoid;
import org.cfcql.env.StepResult;
import org.cfcql.env.wire.Message;
import org.cfcql.env.wire.MessageCodec;
import org.cfcql.env.wire.RecordedFrames;
import org.cfcql.error.EnvironmentFault;
import org.cfcql.error.HarnessBug;
import org.cfcql.error.MissingDependency;
import org.cfcql.error.NumericFault;
import org.junit.jupiter.api.Test;

/** Deadlines, restarts and giving up, on a clock that moves only when someone waits. */
class SupervisionTest {
    private static final boolean[] BOTH = {true, true};
    private static final long[] SEEDS = {1, 2};
    private static final Actions ACTIONS = new Actions.Continuous(new float[2 * 3 * 2]);

    private final FakeClock clock = new FakeClock();
    private final List<FakeLink> links = new ArrayList<>();

    /** Answers everything but STEP. */
    private final class Hanging extends FakeLink {
        Hanging() {
            super(clock);
        }

        @Override
        void onRequest(Message request) {
            if (!request.type().equals("STEP")) {
                super.onRequest(request);
            }
        }
    }

    /** Dies when it is asked to make an environment. */
    private final class Dying extends FakeLink {
        private final int status;

        Dying(int status) {
            super(clock);
            this.status = status;
        }

        @Override
        void onRequest(Message request) {
            if (request.type().equals("MAKE")) {
                die(status, "Traceback", "ImportError: no module named noise");
            }
        }
    }

    @Test
    void aHangIsNoticedAtItsDeadlineAndTheWorkerReplaced() {
        SupervisedEnvironment environment =
                open(incarnation -> incarnation == 1 ? new Hanging() : new FakeLink(clock));
        environment.reset(BOTH, SEEDS);
        long before = clock.elapsedMs();
        assertThatThrownBy(() -> environment.step(ACTIONS, BOTH))
                .isInstanceOf(EpisodesVoid.class)
                .hasMessageContaining("STEP took longer than 10000 ms");
        assertThat(clock.elapsedMs() - before).isBetween(10_100L, 10_125L);
        assertThat(links.get(0).closed()).as("the hanging worker was killed").isTrue();
        assertThat(environment.restarts()).isEqualTo(1);
        environment.reset(BOTH, SEEDS);
        assertThat(environment.step(ACTIONS, BOTH).rewards()).hasSize(6);
    }

    @Test
    void afterAFaultTheRowsMustBeResetBeforeTheyAreStepped() {
        SupervisedEnvironment environment =
                open(incarnation -> incarnation == 1 ? new Hanging() : new FakeLink(clock));
        environment.reset(BOTH, SEEDS);
        assertThatThrownBy(() -> environment.step(ACTIONS, BOTH)).isInstanceOf(EpisodesVoid.class);
        assertThatThrownBy(() -> environment.step(ACTIONS, BOTH))
                .isInstanceOf(HarnessBug.class)
                .hasMessageContaining("expected row 0 to be reset");
    }

    @Test
    void pausesBetweenRestartsDoubleAndEndInAFaultWithTheLastWords() {
        assertThatThrownBy(() -> open(incarnation -> new Dying(1)))
                .isInstanceOf(EnvironmentFault.class)
                .hasMessageContaining("failed 6 times in a row")
                .hasMessageContaining("the process ended with status 1 during MAKE")
                .hasMessageContaining("ImportError: no module named noise")
                .hasMessageContaining("run: cfcql env check mpe/simple_spread");
        assertThat(clock.pausesMs()).containsExactly(100L, 200L, 400L, 800L, 1600L);
        assertThat(links).hasSize(6).allMatch(FakeLink::closed);
    }

    @Test
    void aGivenUpEnvironmentStaysSo() {
        SupervisedEnvironment environment =
                open(incarnation -> incarnation == 1 ? new Hanging() : new Dying(1));
        environment.reset(BOTH, SEEDS);
        for (int call = 0; call < 2; call++) {
            assertThatThrownBy(() -> environment.step(ACTIONS, BOTH))
                    .isInstanceOf(EnvironmentFault.class)
                    .hasMessageContaining("failed 6 times in a row");
        }
        assertThat(links).hasSize(6);
    }

    @Test
    void restartsAreForgottenAfterTenMinutesOfService() {
        SupervisedEnvironment environment = open(incarnation -> new Hanging());
        for (int fault = 0; fault < 20; fault++) {
            environment.reset(BOTH, SEEDS);
            clock.advance(BridgeDefaults.FORGIVEN_AFTER_MS);
            assertThatThrownBy(() -> environment.step(ACTIONS, BOTH))
                    .isInstanceOf(EpisodesVoid.class);
        }
        assertThat(environment.restarts()).isEqualTo(20);
        assertThat(clock.pausesMs()).containsOnly(100L);
    }

    @Test
    void restartsWithoutThatServiceAreNot() {
        SupervisedEnvironment environment = open(incarnation -> new Hanging());
        for (int fault = 0; fault < 5; fault++) {
            environment.reset(BOTH, SEEDS);
            assertThatThrownBy(() -> environment.step(ACTIONS, BOTH))
                    .isInstanceOf(EpisodesVoid.class);
        }
        environment.reset(BOTH, SEEDS);
        assertThatThrownBy(() -> environment.step(ACTIONS, BOTH))
                .isInstanceOf(EnvironmentFault.class);
    }

    @Test
    void aWrongTokenIsRefusedAndNeverServed() {
        RestartPolicy never = new RestartPolicy(0, 1, 1, 1);
        assertThatThrownBy(() -> open(incarnation -> helloWith("token", "00".repeat(32)), never))
                .isInstanceOf(EnvironmentFault.class)
                .hasMessageContaining("HELLO carried a wrong token");
        assertThat(links.get(0).sent()).hasSize(1);
        assertThat(links.get(0).sent().get(0).read().text("code")).isEqualTo("BAD_TOKEN");
    }

    @Test
    void anotherMajorVersionIsRefusedWithoutARestart() {
        assertThatThrownBy(() -> open(incarnation -> helloWith("speaks", List.of(List.of(2L, 0L)))))
                .isInstanceOf(EnvironmentFault.class)
                .hasMessageContaining("expected a worker that speaks protocol 1");
        assertThat(links).hasSize(1);
        assertThat(links.get(0).sent().get(0).read().text("code")).isEqualTo("BAD_VERSION");
        assertThat(links.get(0).closed()).isTrue();
    }

    @Test
    void aLaterMinorVersionIsServed() {
        List<List<Long>> speaks = List.of(List.of(2L, 0L), List.of(1L, 7L));
        assertThat(open(incarnation -> helloWith("speaks", speaks)).spec().id())
                .isEqualTo("mpe/simple_spread");
        assertThat(links.get(0).sent().get(0).read().count("minor")).isZero();
    }

    @Test
    void aWorkerWithoutItsPackagesIsAMissingDependencyAtOnce() {
        assertThatThrownBy(() -> open(incarnation -> new Dying(3)))
                .isInstanceOf(MissingDependency.class)
                .hasMessageContaining("ImportError: no module named noise")
                .hasMessageContaining("run: cfcql env install numpy");
        assertThat(links).hasSize(1);
    }

    @Test
    void theLastReplyOfADyingProcessStillCounts() {
        SupervisedEnvironment environment =
                open(
                        incarnation ->
                                new FakeLink(clock) {
                                    @Override
                                    void onRequest(Message request) {
                                        super.onRequest(request);
                                        if (request.type().equals("STEP")) {
                                            die(0);
                                        }
                                    }
                                });
        environment.reset(BOTH, SEEDS);
        StepResult result = environment.step(ACTIONS, BOTH);
        assertThat(result.rewards()).hasSize(6);
    }

    @Test
    void actionsThatAreNoNumbersFailHereAndNotInTheWorker() {
        SupervisedEnvironment environment = open(incarnation -> new FakeLink(clock));
        environment.reset(BOTH, SEEDS);
        float[] actions = new float[12];
        actions[7] = Float.NaN;
        assertThatThrownBy(() -> environment.step(new Actions.Continuous(actions), BOTH))
                .isInstanceOf(NumericFault.class)
                .hasMessageContaining("in environment 1");
        // The same number in a row that does not play is no one's business.
        environment.step(new Actions.Continuous(actions), new boolean[] {true, false});
        assertThat(links).hasSize(1);
    }

    @Test
    void actionsOfTheWrongKindOrNumberAreABugOfTheCaller() {
        SupervisedEnvironment environment = open(incarnation -> new FakeLink(clock));
        environment.reset(BOTH, SEEDS);
        assertThatThrownBy(() -> environment.step(new Actions.Discrete(new int[6]), BOTH))
                .isInstanceOf(HarnessBug.class);
        assertThatThrownBy(() -> environment.step(new Actions.Continuous(new float[11]), BOTH))
                .isInstanceOf(HarnessBug.class)
                .hasMessageContaining("expected 12 action values, found 11");
    }

    private FakeLink helloWith(String field, Object value) {
        return new FakeLink(clock) {
            @Override
            List<byte[]> hello() {
                Message recorded = MessageCodec.decode(RecordedFrames.frames("hello.bin"), 0);
                Map<String, Object> fields = new TreeMap<>(recorded.fields());
                fields.put(field, value);
                return MessageCodec.encode(new Message("HELLO", 0, fields, List.of()));
            }
        };
    }

    private SupervisedEnvironment open(IntFunction<FakeLink> launcher) {
        return open(launcher, RestartPolicy.DEFAULT);
    }

    private SupervisedEnvironment open(IntFunction<FakeLink> launcher, RestartPolicy policy) {
        return new SupervisedEnvironment(
                incarnation -> {
                    links.add(launcher.apply(incarnation));
                    return links.get(links.size() - 1);
                },
                new EnvironmentRequest("mpe/simple_spread", new TreeMap<>(), 2),
                "cfcql env install numpy",
                Deadlines.DEFAULT,
                policy,
                clock);
    }
}
