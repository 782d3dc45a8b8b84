package org.cfcql.baselines;

import java.util.List;
import java.util.stream.Stream;
import org.cfcql.testkit.LeakProbe;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Native memory after 100 updates and after many more, exactly equal. Each group is a process with
 * one computing thread, so that several may run side by side.
 */
@Execution(ExecutionMode.CONCURRENT)
class BaselinesLeakGateTest {
    static Stream<List<String>> learners() {
        return Stream.of(
                List.of(
                        "continuous bc autograd",
                        "continuous td3-bc autograd",
                        "continuous td3-bc autograd critic=independent",
                        "continuous matd3 autograd critic=independent",
                        "continuous icql autograd alpha=1",
                        "continuous omar autograd alpha=1 omar.coefficient=0.5"),
                List.of(
                        "continuous omar autograd alpha=1 omar.coefficient=0.5 form=halfcheetah",
                        "continuous implicit-q-learning autograd cosineSteps=9",
                        "continuous awac autograd",
                        "continuous maicq autograd",
                        "discrete bc kernels",
                        "discrete bc autograd"),
                List.of(
                        "discrete icql kernels",
                        "discrete qmix kernels",
                        "discrete omar kernels",
                        "discrete implicit-q-learning kernels",
                        "discrete awac kernels",
                        "discrete maicq kernels"),
                List.of(
                        "discrete madtkd kernels",
                        "discrete omar kernels innerTimeLoop=code",
                        "discrete omar kernels omarD.mode=cem",
                        "discrete maicq kernels innerTimeLoop=code",
                        "discrete madtkd kernels madtkd.mode=faithful context=3"
                                + " returnConditioned=true"));
    }

    @ParameterizedTest
    @MethodSource("learners")
    void nothingIsLeftBehindByUpdates(List<String> learners) throws Exception {
        LeakProbe.assertNothingIsLeftBehind(learners);
    }
}
