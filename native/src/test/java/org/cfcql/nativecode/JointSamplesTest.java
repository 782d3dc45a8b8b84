package org.cfcql.nativecode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the harness' comparison with LibTorch, which always listens, does not reach: samples that
 * nobody asks for are left out.
 */
class JointSamplesTest {
    private static final long STEPS = 9;
    private static final long AGENTS = 3;
    private static final long ACTIONS = 4;
    private static final long EMBEDDING = 5;
    private static final long SAMPLES = 37;
    private static final long PLACES = 12;

    private KernelVariant best;

    @BeforeEach
    void needsTheLibrary() {
        assumeThat(NativeKernels.available()).as("compiled kernels").isTrue();
        best = NativeKernels.variant();
    }

    @AfterEach
    void restoreVariant() {
        if (best != null) {
            NativeKernels.use(best);
        }
    }

    /** Every instruction set this processor has. */
    static Stream<KernelVariant> variants() {
        return Stream.of(KernelVariant.values()).filter(NativeKernels::supports);
    }

    /** Smooth numbers in [-1, 1] of different arrays. */
    private static Tensor waves(double frequency, long... shape) {
        long count = 1;
        for (long size : shape) {
            count *= size;
        }
        Tensor index = torch.arange(new Scalar((int) count)).to(ScalarType.Double);
        return index.mul(new Scalar(frequency)).sin().view(shape);
    }

    private static Tensor indices(double frequency, int bound, long... shape) {
        return waves(frequency, shape)
                .add(new Scalar(1.0))
                .mul(new Scalar(0.499 * bound))
                .to(ScalarType.Long);
    }

    /** Action 0 is always available; all others are not at step 0, and some are not later. */
    private static JointSampleInputs inputs(Tensor draws) {
        Tensor available = waves(1.7, STEPS, AGENTS, ACTIONS).gt(new Scalar(-0.4));
        available.select(0, 0).fill_(new Scalar(0.0));
        available.select(2, 0).fill_(new Scalar(1.0));
        CounterfactualInputs steps =
                new CounterfactualInputs(
                        waves(0.7, STEPS, AGENTS, ACTIONS).mul(new Scalar(3.0)),
                        torch.zeros(STEPS, AGENTS).to(ScalarType.Long),
                        available,
                        waves(0.9, STEPS, AGENTS, EMBEDDING).abs(),
                        waves(1.1, STEPS, EMBEDDING),
                        waves(1.3, STEPS, EMBEDDING).abs(),
                        waves(1.9, STEPS, 1),
                        null,
                        waves(2.3, STEPS));
        Tensor place = torch.arange(new Scalar((int) STEPS)).add(new Scalar(2.0));
        return new JointSampleInputs(steps, place.to(ScalarType.Long), draws);
    }

    @ParameterizedTest
    @MethodSource("variants")
    void samplesThatNobodyAsksForChangeNothing(KernelVariant tested) {
        NativeKernels.use(tested);
        try (PointerScope scope = new PointerScope()) {
            JointSampleInputs inputs = inputs(indices(0.37, 4, SAMPLES, PLACES, AGENTS));
            NativeJointSamples kernel = new NativeJointSamples(false, 2);
            NativeJointSamples.Result all = kernel.evaluate(inputs, true);
            NativeJointSamples.Result few = kernel.evaluate(inputs, false);
            double valid = all.valid().mean().item_double();
            assertThat(valid).as("share of valid samples").isBetween(0.05, 0.95);
            List<Tensor> expected = numbers(all);
            List<Tensor> found = numbers(few);
            for (int index = 0; index < expected.size(); index++) {
                Tensor difference = found.get(index).sub(expected.get(index)).abs();
                assertThat(difference.max().item_double()).as("result " + index).isLessThan(1e-13);
            }
        }
    }

    private static List<Tensor> numbers(NativeJointSamples.Result result) {
        return List.of(
                result.joint(),
                result.logSumExp(),
                result.gradients().values(),
                result.gradients().first(),
                result.gradients().firstBias(),
                result.gradients().second(),
                result.gradients().secondBias());
    }

    @ParameterizedTest
    @MethodSource("variants")
    void withoutAValidSampleThePenaltyIsTheLogarithmOfTheirNumber(KernelVariant tested) {
        NativeKernels.use(tested);
        try (PointerScope scope = new PointerScope()) {
            Tensor draws = torch.ones(SAMPLES, PLACES, AGENTS).to(ScalarType.Long);
            JointSampleInputs inputs = inputs(draws);
            inputs.steps().available().select(2, 1).fill_(new Scalar(0.0));
            NativeJointSamples.Result result =
                    new NativeJointSamples(false, 2).evaluate(inputs, false);
            Tensor error = result.logSumExp().sub(new Scalar(Math.log(SAMPLES))).abs();
            assertThat(error.max().item_double()).isLessThan(1e-13);
            // Only the data's actions, all of index 0, get a gradient.
            Tensor others = result.gradients().values().narrow(2, 1, ACTIONS - 1);
            assertThat(others.abs().max().item_double()).isZero();
            Tensor own = result.gradients().values().select(2, 0);
            assertThat(own.abs().min().item_double()).isPositive();
        }
    }

    @Test
    void anActionBeyondTheTasksIsRefused() {
        try (PointerScope scope = new PointerScope()) {
            Tensor draws = indices(0.37, 4, SAMPLES, PLACES, AGENTS);
            draws.select(0, 7).fill_(new Scalar((double) ACTIONS));
            NativeJointSamples kernel = new NativeJointSamples(false, 2);
            assertThatThrownBy(() -> kernel.evaluate(inputs(draws), false))
                    .hasMessageContaining("outside of the task's actions");
        }
    }
}
