package org.cfcql.nativecode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CriticPenaltyTest {
    private static final List<String> NAMES =
            List.of(
                    "normScale",
                    "normShift",
                    "weight1",
                    "bias1",
                    "weight2",
                    "bias2",
                    "weight3",
                    "bias3");

    private KernelVariant variant;
    private PointerScope scope;

    @BeforeEach
    void needsTheLibrary() {
        LibTorchRuntime.initialise(1);
        assumeTrue(NativeKernels.available(), NativeKernels.unavailableReason());
        variant = NativeKernels.variant();
        scope = new PointerScope();
    }

    @AfterEach
    void restoreVariant() {
        if (scope != null) {
            NativeKernels.use(variant);
            scope.close();
        }
    }

    static Stream<PenaltyCase> shapes() {
        return Stream.of(
                PenaltyCase.cooperativeNavigation(),
                PenaltyCase.jointSamples(),
                PenaltyCase.halfCheetah(),
                new PenaltyCase(1, 2, 1, 2, 1, 1, 1, false, 1.0),
                new PenaltyCase(7, 2, 3, 1, 1, 5, 13, true, 0.7),
                new PenaltyCase(33, 1, 5, 7, 3, 0, 37, true, 2.5),
                new PenaltyCase(5, 1, 2, 101, 2, 11, 100, false, 1.0));
    }

    static Stream<Arguments> shapesAndVariants() {
        return shapes().flatMap(
                        shape ->
                                Stream.of(KernelVariant.values())
                                        .filter(NativeKernels::supports)
                                        .map(variant -> Arguments.of(shape, variant)));
    }

    @ParameterizedTest
    @MethodSource("shapesAndVariants")
    void float64KernelEqualsTheOracle(PenaltyCase shape, KernelVariant tested) {
        NativeKernels.use(tested);
        compare(shape, ScalarType.Double, 1e-10);
    }

    @ParameterizedTest
    @MethodSource("shapesAndVariants")
    void float32KernelEqualsTheFloat64Oracle(PenaltyCase shape, KernelVariant tested) {
        NativeKernels.use(tested);
        // Of the 8 million pre-activations of a full batch about one lies so near zero that float32
        // takes the other side of the ReLU (in LibTorch too): one unit is then off by a sample's
        // share, 2e-5, where all others agree to 2e-7. A small batch has no such value.
        compare(shape.withBatch(Math.min(shape.batch(), 32)), ScalarType.Float, 1e-5);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void correctedValuesEqualTheOracle(PenaltyCase shape) {
        Tensor expected =
                new LibTorchCriticPenalty()
                        .correctedValues(
                                shape.inputs(ScalarType.Double), shape.critic(ScalarType.Double));
        Tensor found =
                new NativeCriticPenalty()
                        .correctedValues(
                                shape.inputs(ScalarType.Double), shape.critic(ScalarType.Double));

        assertThat(found.shape()).containsExactly(expected.shape());
        assertClose("corrected", found, expected, 1e-10);
    }

    @Test
    void equalCallsGiveEqualBits() {
        PenaltyCase shape = new PenaltyCase(50, 1, 3, 10, 2, 54, 64, false, 1.0);
        double[] first = weightGradient(shape);

        assertThat(weightGradient(shape)).containsExactly(first);
    }

    @Test
    void nanInAParameterReachesTheValues() {
        PenaltyCase shape = new PenaltyCase(4, 1, 2, 3, 2, 5, 16, false, 1.0);
        TwinCriticTensors critic = shape.critic(ScalarType.Float);
        critic.bias1().fill_(new Scalar(Double.NaN));
        Tensor lse =
                new NativeCriticPenalty()
                        .addGradients(
                                shape.inputs(ScalarType.Float),
                                critic,
                                1,
                                shape.gradients(ScalarType.Float, 0));

        assertThat(PenaltyCase.elements(lse)).containsOnly(Double.NaN);
    }

    @Test
    void wrongSizesAreRefusedBeforeAnyMemoryIsTouched() {
        PenaltyCase shape = new PenaltyCase(4, 1, 2, 3, 2, 5, 16, false, 1.0);
        PenaltyCase larger = new PenaltyCase(5, 1, 2, 3, 2, 5, 16, false, 1.0);
        CriticPenaltyInputs good = shape.inputs(ScalarType.Float);
        CriticPenaltyInputs mixed =
                new CriticPenaltyInputs(
                        larger.inputs(ScalarType.Float).state(),
                        good.others(),
                        good.sampled(),
                        good.logDensity(),
                        good.weights(),
                        1);

        assertThatThrownBy(() -> add(mixed, shape, ScalarType.Float, ScalarType.Float))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected 20 elements in state, found 25");
        assertThatThrownBy(() -> add(good, shape, ScalarType.Float, ScalarType.Double))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected Float on the CPU for gradient 0, found Double");
    }

    @Test
    void aMissingInstructionSetIsAnErrorNotACrash() {
        assertThatThrownBy(() -> NativeKernels.check(NativeBindings.choose_variant(99)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("lacks the instruction set");
    }

    @Test
    void repeatedCallsLeaveNoNativeMemoryBehind() {
        PenaltyCase shape = new PenaltyCase(32, 1, 3, 10, 2, 54, 64, false, 1.0);
        CriticPenaltyInputs inputs = shape.inputs(ScalarType.Float);
        TwinCriticTensors critic = shape.critic(ScalarType.Float);
        TwinCriticTensors gradients = shape.gradients(ScalarType.Float, 0);
        call(inputs, critic, gradients, 100);
        long bytes = Pointer.totalBytes();
        long count = Pointer.totalCount();
        long resident = Pointer.physicalBytes();
        call(inputs, critic, gradients, 2_000);

        assertThat(Pointer.totalBytes()).isEqualTo(bytes);
        assertThat(Pointer.totalCount()).isEqualTo(count);
        // One lost block of a call would be some 300 KB, so 600 MB after 2 000 calls.
        assertThat(Pointer.physicalBytes() - resident).isLessThan(64L << 20);
    }

    private static void call(
            CriticPenaltyInputs inputs, TwinCriticTensors critic, TwinCriticTensors out, int n) {
        for (int repeat = 0; repeat < n; repeat++) {
            try (PointerScope inner = new PointerScope()) {
                new NativeCriticPenalty().addGradients(inputs, critic, 0.5, out);
            }
        }
    }

    private static double[] weightGradient(PenaltyCase shape) {
        TwinCriticTensors gradients = shape.gradients(ScalarType.Float, 0);
        new NativeCriticPenalty()
                .addGradients(
                        shape.inputs(ScalarType.Float),
                        shape.critic(ScalarType.Float),
                        1,
                        gradients);
        return PenaltyCase.elements(gradients.weight2());
    }

    private static void add(
            CriticPenaltyInputs inputs, PenaltyCase shape, ScalarType type, ScalarType gradient) {
        new NativeCriticPenalty()
                .addGradients(inputs, shape.critic(type), 1, shape.gradients(gradient, 0));
    }

    private static void compare(PenaltyCase shape, ScalarType type, double tolerance) {
        TwinCriticTensors expected = shape.gradients(ScalarType.Double, 0.25);
        Tensor expectedLse =
                new LibTorchCriticPenalty()
                        .addGradients(
                                shape.inputs(ScalarType.Double),
                                shape.critic(ScalarType.Double),
                                1.5,
                                expected);
        TwinCriticTensors found = shape.gradients(type, 0.25);
        Tensor lse =
                new NativeCriticPenalty()
                        .addGradients(shape.inputs(type), shape.critic(type), 1.5, found);

        assertThat(lse.shape()).containsExactly(expectedLse.shape());
        assertClose("lse", lse, expectedLse, tolerance);
        for (int index = 0; index < NAMES.size(); index++) {
            assertClose(
                    NAMES.get(index), found.all().get(index), expected.all().get(index), tolerance);
        }
    }

    /** Largest difference relative to the largest expected entry. */
    private static void assertClose(String name, Tensor found, Tensor expected, double tolerance) {
        double[] actual = PenaltyCase.elements(found);
        double[] wanted = PenaltyCase.elements(expected);
        assertThat(actual).as(name).hasSameSizeAs(wanted);
        double largest = 0;
        double difference = 0;
        for (int index = 0; index < wanted.length; index++) {
            largest = Math.max(largest, Math.abs(wanted[index]));
            difference = Math.max(difference, Math.abs(actual[index] - wanted[index]));
            assertThat(actual[index]).as(name + " at " + index).isNotNaN();
        }
        assertThat(difference / largest).as("relative error of " + name).isLessThan(tolerance);
    }
}
