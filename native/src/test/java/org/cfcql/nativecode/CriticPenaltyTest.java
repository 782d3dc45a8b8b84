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
import org.cfcql.nativecode.NativeCriticPenalty.Normalisation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
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

    static Stream<Arguments> shapesAndNormalisations() {
        return shapes().flatMap(
                        shape ->
                                Stream.of(Normalisation.values())
                                        .map(normalisation -> Arguments.of(shape, normalisation)));
    }

    static Stream<Arguments> shapesNormalisationsAndVariants() {
        return shapesAndNormalisations()
                .flatMap(
                        arguments ->
                                Stream.of(KernelVariant.values())
                                        .filter(NativeKernels::supports)
                                        .map(
                                                variant ->
                                                        Arguments.of(
                                                                arguments.get()[0],
                                                                arguments.get()[1],
                                                                variant)));
    }

    @ParameterizedTest
    @MethodSource("shapesNormalisationsAndVariants")
    void float64KernelEqualsTheOracle(
            PenaltyCase shape, Normalisation normalisation, KernelVariant tested) {
        NativeKernels.use(tested);
        compare(shape, normalisation, ScalarType.Double, 1e-10);
    }

    @ParameterizedTest
    @MethodSource("shapesNormalisationsAndVariants")
    void float32KernelEqualsTheFloat64Oracle(
            PenaltyCase shape, Normalisation normalisation, KernelVariant tested) {
        NativeKernels.use(tested);
        // Of the 8 million pre-activations of a full batch about one lies so near zero that float32
        // takes the other side of the ReLU (in LibTorch too): one unit is then off by a sample's
        // share, 2e-5, where all others agree to 2e-7. A small batch has no such value.
        compare(
                shape.withBatch(Math.min(shape.batch(), 32)),
                normalisation,
                ScalarType.Float,
                1e-5);
    }

    @Test
    void layerNormalisationKeepsItsDigitsFarFromZero() {
        PenaltyCase shape = new PenaltyCase(16, 2, 3, 4, 2, 9, 32, true, 1.0);
        CriticPenaltyInputs near = shape.inputs(ScalarType.Float);
        Scalar offset = new Scalar(1024);
        // Rounded to float before the oracle sees them, so both have the same inputs.
        CriticPenaltyInputs far =
                new CriticPenaltyInputs(
                        near.state().add(offset),
                        near.others().add(offset),
                        near.sampled().add(offset),
                        near.logDensity(),
                        near.weights(),
                        near.temperature());
        CriticPenaltyInputs exact =
                new CriticPenaltyInputs(
                        far.state().to(ScalarType.Double),
                        far.others().to(ScalarType.Double),
                        far.sampled().to(ScalarType.Double),
                        far.logDensity().to(ScalarType.Double),
                        far.weights().to(ScalarType.Double),
                        far.temperature());
        Tensor expected =
                new LibTorchCriticPenalty(Normalisation.LAYER)
                        .correctedValues(exact, shape.critic(ScalarType.Double));
        Tensor found =
                new NativeCriticPenalty(Normalisation.LAYER)
                        .correctedValues(far, shape.critic(ScalarType.Float));

        assertClose("corrected", found, expected, 1e-5);
    }

    @Test
    void nanInASampleStaysInItsRowUnderLayerNormalisation() {
        PenaltyCase shape = new PenaltyCase(4, 1, 2, 3, 2, 5, 16, false, 1.0);
        CriticPenaltyInputs inputs = shape.inputs(ScalarType.Float);
        inputs.sampled().view(-1).select(0, 17).fill_(new Scalar(Double.NaN));
        double[] corrected =
                PenaltyCase.elements(
                        new NativeCriticPenalty(Normalisation.LAYER)
                                .correctedValues(inputs, shape.critic(ScalarType.Float))
                                .select(0, 0));

        for (int row = 0; row < corrected.length; row++) {
            assertThat(Double.isNaN(corrected[row])).as("row " + row).isEqualTo(row == 17 / 2);
        }
    }

    @ParameterizedTest
    @MethodSource("shapesAndNormalisations")
    void correctedValuesEqualTheOracle(PenaltyCase shape, Normalisation normalisation) {
        Tensor expected =
                new LibTorchCriticPenalty(normalisation)
                        .correctedValues(
                                shape.inputs(ScalarType.Double), shape.critic(ScalarType.Double));
        Tensor found =
                new NativeCriticPenalty(normalisation)
                        .correctedValues(
                                shape.inputs(ScalarType.Double), shape.critic(ScalarType.Double));

        assertThat(found.shape()).containsExactly(expected.shape());
        assertClose("corrected", found, expected, 1e-10);
    }

    @ParameterizedTest
    @EnumSource
    void equalCallsGiveEqualBits(Normalisation normalisation) {
        PenaltyCase shape = new PenaltyCase(50, 1, 3, 10, 2, 54, 64, false, 1.0);
        double[] first = weightGradient(shape, normalisation);

        assertThat(weightGradient(shape, normalisation)).containsExactly(first);
    }

    @ParameterizedTest
    @EnumSource
    void nanInAParameterReachesTheValues(Normalisation normalisation) {
        PenaltyCase shape = new PenaltyCase(4, 1, 2, 3, 2, 5, 16, false, 1.0);
        TwinCriticTensors critic = shape.critic(ScalarType.Float);
        critic.bias1().fill_(new Scalar(Double.NaN));
        Tensor lse =
                new NativeCriticPenalty(normalisation)
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
                .hasMessageContaining(
                        "expected Float on the CPU for norm_scale_gradient, found Double");
    }

    @Test
    void aMissingInstructionSetIsAnErrorNotACrash() {
        assertThatThrownBy(() -> NativeKernels.check(NativeBindings.choose_variant(99)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("lacks the instruction set");
    }

    @ParameterizedTest
    @EnumSource(names = {"BATCH", "LAYER"})
    void repeatedCallsLeaveNoNativeMemoryBehind(Normalisation normalisation) {
        PenaltyCase shape = new PenaltyCase(32, 1, 3, 10, 2, 54, 64, false, 1.0);
        CriticPenaltyInputs inputs = shape.inputs(ScalarType.Float);
        TwinCriticTensors critic = shape.critic(ScalarType.Float);
        TwinCriticTensors gradients = shape.gradients(ScalarType.Float, 0);
        NativeCriticPenalty penalty = new NativeCriticPenalty(normalisation);
        call(penalty, inputs, critic, gradients, 100);
        long bytes = Pointer.totalBytes();
        long count = Pointer.totalCount();
        long resident = Pointer.physicalBytes();
        call(penalty, inputs, critic, gradients, 2_000);

        assertThat(Pointer.totalBytes()).isEqualTo(bytes);
        assertThat(Pointer.totalCount()).isEqualTo(count);
        // One lost block of a call would be some 300 KB, so 600 MB after 2 000 calls.
        assertThat(Pointer.physicalBytes() - resident).isLessThan(64L << 20);
    }

    private static void call(
            NativeCriticPenalty penalty,
            CriticPenaltyInputs inputs,
            TwinCriticTensors critic,
            TwinCriticTensors out,
            int n) {
        for (int repeat = 0; repeat < n; repeat++) {
            try (PointerScope inner = new PointerScope()) {
                penalty.addGradients(inputs, critic, 0.5, out);
            }
        }
    }

    private static double[] weightGradient(PenaltyCase shape, Normalisation normalisation) {
        TwinCriticTensors gradients = shape.gradients(ScalarType.Float, 0);
        new NativeCriticPenalty(normalisation)
                .addGradients(
                        shape.inputs(ScalarType.Float),
                        shape.critic(ScalarType.Float),
                        1,
                        gradients);
        return PenaltyCase.elements(gradients.weight1());
    }

    private static void add(
            CriticPenaltyInputs inputs, PenaltyCase shape, ScalarType type, ScalarType gradient) {
        new NativeCriticPenalty(Normalisation.BATCH)
                .addGradients(inputs, shape.critic(type), 1, shape.gradients(gradient, 0));
    }

    private static void compare(
            PenaltyCase shape, Normalisation normalisation, ScalarType type, double tolerance) {
        TwinCriticTensors expected = shape.gradients(ScalarType.Double, 0.25);
        Tensor expectedLse =
                new LibTorchCriticPenalty(normalisation)
                        .addGradients(
                                shape.inputs(ScalarType.Double),
                                shape.critic(ScalarType.Double),
                                1.5,
                                expected);
        TwinCriticTensors found = shape.gradients(type, 0.25);
        Tensor lse =
                new NativeCriticPenalty(normalisation)
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
