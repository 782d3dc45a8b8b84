package org.cfcql.counterfactual;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.cfcql.testing.LeakGate;
import org.cfcql.testing.LeakGate.Reading;
import org.cfcql.testkit.DiscreteLeakProbe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Native memory after 100 updates and after many more, exactly equal. Each probe is a process with
 * one computing thread, so that several may run side by side.
 */
@Execution(ExecutionMode.CONCURRENT)
class LeakGateTest {
    private static final int UPDATES_BETWEEN = LeakGate.LATE - LeakGate.EARLY;

    @ParameterizedTest
    @ValueSource(
            strings = {"kernels", "kernels nothing layernorm", "kernels nothing none", "autograd"})
    void nothingIsLeftBehindByUpdates(String arguments) throws Exception {
        List<Reading> readings = LeakGate.readings(LeakProbe.class, arguments.split(" "));
        assertThat(readings.get(0).handles()).isPositive();
        assertThat(readings.get(0).nativeBytes()).isPositive();
        assertThat(readings.get(1)).isEqualTo(readings.get(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cfcql kernels", "cfcql autograd", "macql kernels", "macql autograd"})
    void nothingIsLeftBehindByUpdatesOnEpisodes(String arguments) throws Exception {
        List<Reading> readings = LeakGate.readings(DiscreteLeakProbe.class, arguments.split(" "));
        assertThat(readings.get(0).handles()).isPositive();
        assertThat(readings.get(0).nativeBytes()).isPositive();
        assertThat(readings.get(1)).isEqualTo(readings.get(0));
    }

    @Test
    void oneLostTensorPerUpdateIsNoticed() throws Exception {
        List<Reading> readings = LeakGate.readings(LeakProbe.class, "kernels", "tensor");
        assertThat(readings.get(1).handles() - readings.get(0).handles())
                .isEqualTo(UPDATES_BETWEEN);
    }

    @Test
    void oneLostByteOfNativeCodePerUpdateIsNoticed() throws Exception {
        List<Reading> readings = LeakGate.readings(LeakProbe.class, "kernels", "native");
        assertThat(readings.get(1).handles()).isEqualTo(readings.get(0).handles());
        assertThat(readings.get(1).nativeBytes() - readings.get(0).nativeBytes())
                .isEqualTo(UPDATES_BETWEEN);
    }
}
