package org.cfcql.env.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.cfcql.env.EnvironmentRequest;
import org.cfcql.error.EnvironmentFault;
import org.cfcql.error.MissingDependency;
import org.cfcql.error.UserError;
import org.cfcql.eval.EpisodeResult;
import org.cfcql.eval.Evaluator;
import org.cfcql.eval.PullPolicy;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real workers that hang, die or lie: their episodes are repeated, or they are given up. */
class FaultyWorkerTest {
    private static final List<Long> SEEDS = LongStream.range(100, 112).boxed().toList();
    private static final Deadlines IMPATIENT = RealBridges.impatient(500);

    private static List<EpisodeResult> undisturbed;

    @TempDir Path folder;

    @BeforeAll
    static void playUndisturbed() {
        undisturbed = evaluate(RealBridges.request("faulty/none", 4));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hang",
                "crash",
                "abort",
                "raise",
                "restarted",
                "void",
                "wrong-shape",
                "missing-frame",
                "extra-frame",
                "wrong-seq",
                "wrong-type",
                "garbage-header",
                "nan",
                "nan-reward",
                "bad-flag",
                "lies-about-end",
                "early-end",
                "lies-about-length"
            })
    void oneFaultChangesNoResult(String fault) {
        String once = folder.resolve("struck").toString();
        EnvironmentRequest request =
                RealBridges.request(
                        "faulty/" + fault, 4, "at_episode", "1", "row", "2", "once", once);
        try (SupervisedEnvironment environment = provider(fault).open(request)) {
            Evaluator evaluator = new Evaluator();
            List<EpisodeResult> disturbed =
                    evaluator.evaluate(environment, new PullPolicy(environment.spec()), SEEDS);
            assertThat(folder.resolve("struck")).as("the fault struck").exists();
            assertThat(evaluator.repeatedEpisodes()).isEqualTo(fault.equals("void") ? 1 : 4);
            boolean goesOn = fault.equals("void") || fault.equals("restarted");
            assertThat(environment.restarts()).isEqualTo(goesOn ? 0 : 1);
            assertThat(disturbed).usingRecursiveComparison().isEqualTo(undisturbed);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "crash|ended with status 17 during STEP",
                "raise|raised on purpose",
                "void|the environment restarted itself in rows [0]",
                "nan|expected finite observations in row 0, found NaN",
                "wrong-seq|expected seq 5, found 6",
                "lies-about-end|expected the end of its episode at the limit of 10 in row 0",
            })
    void aFaultThatReturnsIsGivenUpWithItsReason(String fault, String reason) {
        EnvironmentRequest request = RealBridges.request("faulty/" + fault, 2);
        try (SupervisedEnvironment environment = RealBridges.provider().open(request)) {
            PullPolicy policy = new PullPolicy(environment.spec());
            assertThatThrownBy(() -> new Evaluator().evaluate(environment, policy, SEEDS))
                    .isInstanceOf(EnvironmentFault.class)
                    .hasMessageContaining("failed 3 times in a row")
                    .hasMessageContaining(reason)
                    .hasMessageContaining("cfcql env check faulty/" + fault);
        }
    }

    @Test
    void aSpecThatLiesIsNeverServed() {
        EnvironmentRequest request = RealBridges.request("faulty/lies-about-spec", 2);
        assertThatThrownBy(() -> RealBridges.provider().open(request))
                .isInstanceOf(EnvironmentFault.class)
                .hasMessageContaining("expected 2 environments, found 3");
    }

    @Test
    void anotherFingerprintAfterARestartIsRefused() {
        EnvironmentRequest request = RealBridges.request("faulty/changes-fingerprint", 2);
        try (SupervisedEnvironment environment = RealBridges.provider().open(request)) {
            environment.link().close();
            PullPolicy policy = new PullPolicy(environment.spec());
            assertThatThrownBy(() -> new Evaluator().evaluate(environment, policy, SEEDS))
                    .isInstanceOf(EnvironmentFault.class)
                    .hasMessageContaining("after a restart the fingerprint was")
                    .hasMessageContaining(environment.spec().fingerprint());
        }
    }

    @Test
    void aSlowStepWithinItsDeadlineIsNoFault() {
        EnvironmentRequest request = RealBridges.request("faulty/slow", 2, "delay_ms", "50");
        try (SupervisedEnvironment environment = RealBridges.provider().open(request)) {
            PullPolicy policy = new PullPolicy(environment.spec());
            assertThat(new Evaluator().evaluate(environment, policy, SEEDS)).hasSize(12);
            assertThat(environment.restarts()).isZero();
        }
    }

    @Test
    void aMissingPackageIsNamedWithTheCommandThatInstallsIt() {
        EnvironmentRequest request = RealBridges.request("faulty/make-fails", 1);
        assertThatThrownBy(() -> RealBridges.provider().open(request))
                .isInstanceOf(MissingDependency.class)
                .hasMessageContaining("no-such-package==1.0")
                .hasMessageContaining("run: cfcql env install numpy");
    }

    @Test
    void aMissingVirtualEnvironmentIsNamedWithTheCommandThatMakesIt() {
        Bridges real = RealBridges.open();
        Bridges bare =
                new Bridges(real.home(), folder.resolve("none"), real.basePython(), real.plugins());
        assertThatThrownBy(
                        () ->
                                new BridgeProvider(bare)
                                        .open(RealBridges.request("mpe/simple_tag", 1)))
                .isInstanceOf(MissingDependency.class)
                .hasMessageContaining("run: cfcql env install numpy");
    }

    @Test
    void anUnknownIdIsRefusedWithASuggestion() {
        assertThatThrownBy(
                        () ->
                                RealBridges.provider()
                                        .open(RealBridges.request("mpe/simple_spred", 1)))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("did you mean 'mpe/simple_spread'?");
    }

    @Test
    void anUnknownOptionIsRefusedWithASuggestion() {
        EnvironmentRequest request = RealBridges.request("mpe/simple_tag", 1, "pray", "scripted");
        assertThatThrownBy(() -> RealBridges.provider().open(request))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("did you mean prey?");
    }

    private static List<EpisodeResult> evaluate(EnvironmentRequest request) {
        try (SupervisedEnvironment environment = RealBridges.provider().open(request)) {
            return new Evaluator().evaluate(environment, new PullPolicy(environment.spec()), SEEDS);
        }
    }

    private static BridgeProvider provider(String fault) {
        return fault.equals("hang")
                ? new BridgeProvider(RealBridges.open(), IMPATIENT, RealBridges.TWO_RESTARTS)
                : RealBridges.provider();
    }
}
