package org.cfcql.baselines;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.cfcql.testing.LeakGate;
import org.cfcql.testing.LeakGate.Reading;
import org.cfcql.testkit.LeakProbe;
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
                "continuous bc autograd",
                "continuous td3-bc autograd",
                "continuous td3-bc autograd critic=independent",
                "continuous matd3 autograd critic=independent",
                "continuous icql autograd alpha=1",
                "continuous omar autograd alpha=1 omar.coefficient=0.5",
                "continuous omar autograd alpha=1 omar.coefficient=0.5 form=halfcheetah",
                "continuous implicit-q-learning autograd cosineSteps=9",
                "continuous awac autograd",
                "continuous maicq autograd",
                "discrete bc kernels",
                "discrete bc autograd",
                "discrete icql kernels",
                "discrete qmix kernels",
                "discrete omar kernels",
                "discrete implicit-q-learning kernels",
                "discrete awac kernels",
                "discrete maicq kernels",
                "discrete madtkd kernels",
                "discrete omar kernels innerTimeLoop=code",
                "discrete omar kernels omarD.mode=cem",
                "discrete maicq kernels innerTimeLoop=code",
                "discrete madtkd kernels madtkd.mode=faithful context=3 returnConditioned=true"
            })
    void nothingIsLeftBehindByUpdates(String arguments) throws Exception {
        List<Reading> readings = LeakGate.readings(LeakProbe.class, arguments.split(" "));
        assertThat(readings.get(0).handles()).isPositive();
        assertThat(readings.get(0).nativeBytes()).isPositive();
        assertThat(readings.get(1)).isEqualTo(readings.get(0));
    }
}
