package org.cfcql.counterfactual;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.cfcql.testing.LeakGate;
import org.cfcql.testing.LeakGate.Reading;
import org.cfcql.testkit.LeakProbe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Native memory after 100 updates and after many more, exactly equal. Each probe is a process with
 * one computing thread, so that several may run side by side.
 */
@Execution(ExecutionMode.CONCURRENT)
class LeakGateTest {
    private static final int CRITIC_PER_ACTOR = 5;
    private static final int ROUNDS_BETWEEN = (LeakGate.LATE - LeakGate.EARLY) / CRITIC_PER_ACTOR;

    /** Three groups of samples, weighed agents, a density model. */
    private static final String WHOLE_FORM =
            " form=halfcheetah lambda.mode=softmax lambda.tau=0.5 vae.hidden=8 vae.samples=3";

    static Stream<List<String>> learners() {
        return Stream.of(
                List.of(
                        "continuous cfcql kernels norm.input=batchnorm" + WHOLE_FORM,
                        "continuous cfcql kernels norm.input=layernorm" + WHOLE_FORM,
                        "continuous cfcql kernels norm.input=none" + WHOLE_FORM,
                        "continuous cfcql autograd norm.input=batchnorm" + WHOLE_FORM),
                List.of(
                        "discrete cfcql kernels",
                        "discrete cfcql autograd",
                        "discrete macql kernels",
                        "discrete macql autograd"));
    }

    @ParameterizedTest
    @MethodSource("learners")
    void nothingIsLeftBehindByUpdates(List<String> learners) throws Exception {
        LeakProbe.assertNothingIsLeftBehind(learners);
    }

    private static List<Reading> leaving(String what) throws Exception {
        String learner =
                "continuous cfcql kernels leaves=" + what + " criticPerActor=" + CRITIC_PER_ACTOR;
        return LeakGate.readings(LeakProbe.class, List.of(learner)).get(0);
    }

    @Test
    void oneLostTensorPerRoundIsNoticed() throws Exception {
        List<Reading> readings = leaving("tensor");
        assertThat(readings.get(1).handles() - readings.get(0).handles()).isEqualTo(ROUNDS_BETWEEN);
    }

    @Test
    void oneLostByteOfNativeCodePerRoundIsNoticed() throws Exception {
        List<Reading> readings = leaving("native");
        assertThat(readings.get(1).handles()).isEqualTo(readings.get(0).handles());
        assertThat(readings.get(1).nativeBytes() - readings.get(0).nativeBytes())
                .isEqualTo(ROUNDS_BETWEEN);
    }
}
