package org.cfcql.baselines;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.cfcql.testing.LeakGate;
import org.cfcql.testing.LeakGate.Reading;
import org.cfcql.testkit.DiscreteLeakProbe;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Native memory after 100 updates and after many more, exactly equal. Each probe is a process with
 * one computing thread, so that several may run side by side.
 */
@Execution(ExecutionMode.CONCURRENT)
class BaselinesLeakGateTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "bc",
                "td3-bc",
                "td3-bc critic=independent",
                "matd3 critic=independent",
                "icql alpha=1",
                "omar alpha=1 omar.coefficient=0.5",
                "omar alpha=1 omar.coefficient=0.5 form=halfcheetah",
                "implicit-q-learning cosineSteps=9",
                "awac",
                "maicq"
            })
    void nothingIsLeftBehindByUpdates(String algorithm) throws Exception {
        List<Reading> readings = LeakGate.readings(BaselinesLeakProbe.class, algorithm.split(" "));
        assertThat(readings.get(0).handles()).isPositive();
        assertThat(readings.get(0).nativeBytes()).isPositive();
        assertThat(readings.get(1)).isEqualTo(readings.get(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bc kernels",
                "bc autograd",
                "icql kernels",
                "qmix kernels",
                "omar kernels",
                "implicit-q-learning kernels",
                "awac kernels",
                "maicq kernels",
                "madtkd kernels",
                "omar kernels innerTimeLoop=code",
                "omar kernels omarD.mode=cem",
                "maicq kernels innerTimeLoop=code",
                "madtkd kernels madtkd.mode=faithful context=3 returnConditioned=true"
            })
    void nothingIsLeftBehindByUpdatesOnEpisodes(String arguments) throws Exception {
        List<Reading> readings = LeakGate.readings(DiscreteLeakProbe.class, arguments.split(" "));
        assertThat(readings.get(0).handles()).isPositive();
        assertThat(readings.get(0).nativeBytes()).isPositive();
        assertThat(readings.get(1)).isEqualTo(readings.get(0));
    }
}
