package org.cfcql.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.nativecode.KernelVariant;
import org.cfcql.nativecode.NativeKernels;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.Compute;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Kernels;
import org.cfcql.tensor.Precision;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The kernel against the networks' own LibTorch form. */
class KernelPerceptronTest {
    /** Neither a whole tile of rows nor a whole vector of units. */
    private static final int BATCH = 131;

    private KernelVariant best;

    @BeforeEach
    void requireKernels() {
        assumeThat(NativeKernels.available()).as("compiled kernels").isTrue();
        best = NativeKernels.variant();
    }

    @AfterEach
    void restoreVariant() {
        NativeKernels.use(best);
    }

    private static Initialisation initial(Precision precision, long seed) {
        return initial(precision, Kernels.OFF, seed);
    }

    private static Initialisation initial(Precision precision, Kernels kernels, long seed) {
        return new Initialisation(
                new Compute(ComputeDevice.CPU, precision, kernels), new RandomStream(seed));
    }

    private static TwinCritic critic(
            Precision precision, InputNormalisation.Kind kind, Kernels kernels) {
        TwinCritic critic = new TwinCritic(initial(precision, kernels, 2), kind, 11, 21, 19);
        // Off the initial ones and zeros, which would hide a wrong scale or shift.
        for (String name : critic.shared().trainedNames()) {
            critic.shared().data(name).add_(initial(precision, 7).uniform(0.5, 1, 11));
        }
        return critic;
    }

    private static double distance(Tensor a, Tensor b) {
        return a.sub(b).abs().max().item_double();
    }

    private static Map<String, Tensor> gradients(TwinCritic critic, Tensor rows, Tensor target) {
        TrainingPass pass = critic.trainingPass(rows);
        pass.values().sub(target).square().mean().backward();
        pass.propagate();
        return critic.gradients();
    }

    @ParameterizedTest
    @CsvSource({
        "GENERIC, FLOAT64, BATCHNORM, 1e-13",
        "GENERIC, FLOAT32, NONE, 2e-5",
        "AVX2, FLOAT64, NONE, 1e-13",
        "AVX2, FLOAT32, BATCHNORM, 2e-5",
        "AVX512, FLOAT64, BATCHNORM, 1e-13",
        "AVX512, FLOAT32, NONE, 2e-5"
    })
    void valuesAndGradientsOfACriticAreLibTorchs(
            KernelVariant variant,
            Precision precision,
            InputNormalisation.Kind kind,
            double tolerance) {
        assumeThat(NativeKernels.supports(variant)).as(variant + " on this processor").isTrue();
        NativeKernels.use(variant);
        try (PointerScope scope = new PointerScope();
                TwinCritic oracle = critic(precision, kind, Kernels.OFF);
                TwinCritic critic = critic(precision, kind, Kernels.ON)) {
            Tensor rows = initial(precision, 5).uniform(2, BATCH, 11);
            Tensor target = initial(precision, 6).uniform(1, BATCH);
            assertThat(distance(critic.frozenForward(rows), oracle.forward(rows)))
                    .isLessThan(tolerance);
            assertThat(distance(critic.trainingPass(rows).values(), oracle.forward(rows)))
                    .isLessThan(tolerance);
            Map<String, Tensor> expected = gradients(oracle, rows, target);
            Map<String, Tensor> found = gradients(critic, rows, target);
            assertThat(found.keySet()).isEqualTo(expected.keySet()).isNotEmpty();
            expected.forEach(
                    (name, gradient) ->
                            assertThat(distance(found.get(name), gradient))
                                    .as(name)
                                    .isLessThan(tolerance));
        }
    }

    @Test
    void actionsOfReplicasWithRowsOfTheirOwnAreLibTorchs() {
        try (PointerScope scope = new PointerScope();
                ActorNetworks oracle = actors(Kernels.OFF);
                ActorNetworks actors = actors(Kernels.ON)) {
            Tensor observations = initial(Precision.FLOAT64, 3).uniform(1, BATCH, 3, 7);
            assertThat(
                            distance(
                                    actors.frozenForward(observations, Statistics.BATCH),
                                    oracle.frozenForward(observations, Statistics.BATCH)))
                    .isLessThan(1e-14);
        }
    }

    private static ActorNetworks actors(Kernels kernels) {
        return new ActorNetworks(
                initial(Precision.FLOAT64, kernels, 1),
                InputNormalisation.Kind.BATCHNORM,
                3,
                0.5,
                7,
                18,
                18,
                2);
    }

    @Test
    void gradientsOfReplicasAndRunningStatisticsAreLibTorchs() {
        try (PointerScope scope = new PointerScope();
                ActorNetworks oracle = actors(Kernels.OFF);
                ActorNetworks actors = actors(Kernels.ON)) {
            Tensor observations = initial(Precision.FLOAT64, 3).uniform(1, BATCH, 3, 7);
            for (ActorNetworks networks : List.of(oracle, actors)) {
                TrainingPass pass = networks.trainingPass(observations, Statistics.BATCH_AND_TRACK);
                pass.values().square().sum().backward();
                pass.propagate();
            }
            for (String name : oracle.parameters().trainedNames()) {
                assertThat(
                                distance(
                                        actors.parameters().gradient(name),
                                        oracle.parameters().gradient(name)))
                        .as(name)
                        .isLessThan(1e-12);
            }
            for (String name : List.of("bn.running_mean", "bn.running_var")) {
                assertThat(distance(actors.parameters().data(name), oracle.parameters().data(name)))
                        .as(name)
                        .isZero();
            }
        }
    }

    @Test
    void aCallThatNeedsAGradientOfItsInputIsLeftToLibTorch() {
        try (PointerScope scope = new PointerScope();
                TwinCritic critic =
                        critic(Precision.FLOAT64, InputNormalisation.Kind.BATCHNORM, Kernels.ON)) {
            Tensor rows = initial(Precision.FLOAT64, 5).uniform(2, BATCH, 11);
            rows.set_requires_grad(true);
            critic.frozenForward(rows).sum().backward();
            assertThat(rows.grad().abs().max().item_double()).isPositive();
        }
    }

    @Test
    void aValueThatIsNoNumberIsNotHidden() {
        try (PointerScope scope = new PointerScope();
                TwinCritic critic =
                        critic(Precision.FLOAT32, InputNormalisation.Kind.NONE, Kernels.ON)) {
            Tensor rows = initial(Precision.FLOAT32, 5).uniform(2, BATCH, 11);
            rows.select(0, 70).fill_(new Scalar(Double.NaN));
            Tensor values = critic.frozenForward(rows).select(0, 1);
            assertThat(values.select(0, 70).item_double()).isNaN();
            assertThat(values.select(0, 69).item_double()).isFinite();
        }
    }
}
