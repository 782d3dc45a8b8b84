package org.cfcql.env.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.Observations;
import org.cfcql.env.StepResult;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.error.EnvironmentFault;
import org.cfcql.eval.EpisodeResult;
import org.cfcql.eval.EvaluationSeeds;
import org.cfcql.eval.EvaluationSeeds.StartStates;
import org.cfcql.eval.Evaluator;
import org.cfcql.eval.PullPolicy;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Evaluations of cooperative navigation whose worker is killed or stopped from outside. */
class DisturbedEvaluationTest {
    private static final String ID = "mpe/simple_spread";
    private static final List<Long> SEEDS =
            new EvaluationSeeds(7, ID, StartStates.INDEPENDENT).finalEvaluation(30);

    private static List<EpisodeResult> undisturbed;

    /** Sends a signal to the worker before some steps. */
    private record Disturbed(SupervisedEnvironment inner, String signal, int[] steps, int[] count)
            implements VectorEnvironment {
        @Override
        public EnvironmentSpec spec() {
            return inner.spec();
        }

        @Override
        public int environments() {
            return inner.environments();
        }

        @Override
        public Observations reset(boolean[] mask, long[] seeds) {
            return inner.reset(mask, seeds);
        }

        @Override
        public StepResult step(Actions actions, boolean[] active) {
            count[0]++;
            for (int step : steps) {
                if (count[0] == step) {
                    sendSignal(signal, pid(inner));
                }
            }
            return inner.step(actions, active);
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    @BeforeAll
    static void playUndisturbed() {
        try (SupervisedEnvironment environment =
                RealBridges.provider().open(RealBridges.request(ID, 8))) {
            undisturbed =
                    new Evaluator()
                            .evaluate(environment, new PullPolicy(environment.spec()), SEEDS);
        }
        assertThat(undisturbed).hasSize(30).allMatch(result -> result.length() == 25);
    }

    @ParameterizedTest
    @CsvSource({"KILL, 60000", "STOP, 400"})
    void aKilledOrStoppedWorkerChangesNoScore(String signal, long stepMs) {
        BridgeProvider provider =
                new BridgeProvider(
                        RealBridges.open(),
                        RealBridges.impatient(stepMs),
                        RealBridges.TWO_RESTARTS);
        SupervisedEnvironment inner = provider.open(RealBridges.request(ID, 8));
        long firstPid = pid(inner);
        int[] steps = {12, 70};
        try (VectorEnvironment environment = new Disturbed(inner, signal, steps, new int[1])) {
            Evaluator evaluator = new Evaluator();
            List<EpisodeResult> disturbed =
                    evaluator.evaluate(environment, new PullPolicy(inner.spec()), SEEDS);
            assertThat(inner.restarts()).isEqualTo(2);
            assertThat(evaluator.repeatedEpisodes()).isEqualTo(16);
            assertThat(disturbed).usingRecursiveComparison().isEqualTo(undisturbed);
            assertThat(ProcessHandle.of(firstPid)).as("the first worker").isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 30, 40})
    void resultsDoNotDependOnHowManyEnvironmentsRunAtOnce(int environments) {
        try (SupervisedEnvironment environment =
                RealBridges.provider().open(RealBridges.request(ID, environments))) {
            List<EpisodeResult> results =
                    new Evaluator()
                            .evaluate(environment, new PullPolicy(environment.spec()), SEEDS);
            assertThat(results).usingRecursiveComparison().isEqualTo(undisturbed);
        }
    }

    @Test
    void theScoreIsTheReturnThatTheEnvironmentItselfCounts() {
        for (EpisodeResult result : undisturbed) {
            double counted = result.info().get("episode_return");
            // Rewards arrive in single precision, 25 of them of magnitude 10.
            assertThat(result.score()).isCloseTo(counted, Offset.offset(1e-3));
        }
    }

    @Test
    void closingLeavesNoProcess() {
        SupervisedEnvironment environment = RealBridges.provider().open(RealBridges.request(ID, 2));
        long pid = pid(environment);
        assertThat(ProcessHandle.of(pid)).isPresent();
        environment.close();
        assertThat(ProcessHandle.of(pid)).isEmpty();
        assertThatThrownBy(() -> environment.reset(new boolean[2], new long[2]))
                .hasMessageContaining("found it closed");
    }

    @Test
    void aWorkerThatIsKilledAgainAndAgainIsGivenUp() {
        SupervisedEnvironment inner = RealBridges.provider().open(RealBridges.request(ID, 8));
        int[] always = IntStream.range(1, 20).toArray();
        try (VectorEnvironment environment = new Disturbed(inner, "KILL", always, new int[1])) {
            PullPolicy policy = new PullPolicy(inner.spec());
            assertThatThrownBy(() -> new Evaluator().evaluate(environment, policy, SEEDS))
                    .isInstanceOf(EnvironmentFault.class)
                    .hasMessageContaining("failed 3 times in a row")
                    .hasMessageContaining("ended with status 137 (signal 9)");
        }
    }

    private static long pid(SupervisedEnvironment environment) {
        return ((RouterLink) environment.link()).pid();
    }

    private static void sendSignal(String signal, long pid) {
        try {
            Process kill =
                    new ProcessBuilder("/bin/sh", "-c", "kill -s " + signal + " " + pid).start();
            assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(kill.exitValue()).isZero();
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError("could not send the signal", failed);
        }
    }
}
