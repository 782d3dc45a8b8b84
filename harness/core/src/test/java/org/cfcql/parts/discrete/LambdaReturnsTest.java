package org.cfcql.parts.discrete;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.nn.TimeSlots;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LambdaReturnsTest {
    private static final double DISCOUNT = 0.9;
    private static final double[] REWARDS = {1, 2, 0, 0, 5, 6, 7, 0};
    private static final double[] FILLED = {1, 1, 1, 0, 1, 1, 1, 1};

    /** The first of two episodes ends at its second step, the other runs to the limit. */
    private static final double[] TERMINATED = {0, 1, 0, 0, 0, 0, 0, 0};

    /** By time: episode 1 comes first, because it is longer. */
    private static final double[] VALUES = {10, 20, 30, 40, 50, 60, 70};

    private static final TimeSlots SLOTS =
            new TimeSlots(TimeSlots.Layout.PACKED, FILLED, TERMINATED, 2);

    private static double[] returns(double lambda) {
        return new LambdaReturns(DISCOUNT, lambda).of(SLOTS, VALUES, REWARDS, TERMINATED);
    }

    @Test
    void lambdaZeroIsTheOneStepTarget() {
        double[] expected = {5 + 0.9 * 30, 1 + 0.9 * 40, 6 + 0.9 * 50, 2, 7 + 0.9 * 70};
        assertThat(returns(0)).containsExactly(expected, within(1e-12));
    }

    @Test
    void lambdaOneIsTheMonteCarloReturn() {
        double last = 7 + 0.9 * 70;
        double middle = 6 + 0.9 * last;
        double[] expected = {5 + 0.9 * middle, 1 + 0.9 * 2, middle, 2, last};
        assertThat(returns(1)).containsExactly(expected, within(1e-12));
    }

    @Test
    void paddedRowsGiveTheSameReturns() {
        TimeSlots padded = new TimeSlots(TimeSlots.Layout.PADDED, FILLED, TERMINATED, 2);
        double[] values = {10, 20, 30, 40, 50, 60, 70, 1e6};
        double[] found = new LambdaReturns(DISCOUNT, 0.6).of(padded, values, REWARDS, TERMINATED);
        assertThat(found).containsExactly(returns(0.6), within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.6, 1})
    void aDeviceThatFollowsTheRecursionGivesTheSameReturns(double lambda) {
        TensorFactory tensors = new TensorFactory(ComputeDevice.CPU, Precision.FLOAT64);
        try (PointerScope scope = new PointerScope()) {
            long[] places = SLOTS.positions();
            double[] padded = new double[FILLED.length];
            double[] channels = new double[2 * FILLED.length];
            for (int row = 0; row < places.length; row++) {
                padded[(int) places[row]] = VALUES[row];
                channels[2 * (int) places[row] + 1] = VALUES[row];
            }
            LambdaReturns.Coefficients terms =
                    new LambdaReturns(DISCOUNT, lambda).coefficients(SLOTS, REWARDS, TERMINATED);
            Tensor single = terms.returns(tensors.of(padded, 2, 4), tensors);
            Tensor second = terms.returns(tensors.of(channels, 2, 4, 2), tensors).select(2, 1);
            double[] found = TensorFactory.toDoubles(single);
            long[] steps = SLOTS.stepPositions();
            for (int step = 0; step < steps.length; step++) {
                assertThat(found[(int) steps[step]])
                        .as("step %d", step)
                        .isEqualTo(returns(lambda)[step], within(1e-12));
            }
            assertThat(TensorFactory.toDoubles(second)).containsExactly(found, within(1e-12));
        }
    }

    @Test
    void channelsDoNotMix() {
        double[] doubled = new double[2 * VALUES.length];
        for (int row = 0; row < VALUES.length; row++) {
            doubled[2 * row] = VALUES[row];
            doubled[2 * row + 1] = -VALUES[row];
        }
        double[] found = new LambdaReturns(DISCOUNT, 0.6).of(SLOTS, doubled, REWARDS, TERMINATED);
        for (int step = 0; step < SLOTS.steps(); step++) {
            assertThat(found[2 * step]).isEqualTo(returns(0.6)[step], within(1e-12));
        }
    }
}
