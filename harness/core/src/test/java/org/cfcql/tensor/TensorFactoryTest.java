package org.cfcql.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;

/** Arrays and tensors hold the same number of numbers, or nothing is copied. */
class TensorFactoryTest {
    private static final TensorFactory TENSORS =
            new TensorFactory(ComputeDevice.CPU, Precision.FLOAT32);

    @Test
    void arraysThatDoNotFitTheirShapeAreRefused() {
        long[][] shapes = {{1000}, {2, 1}, {3, 0}, {-3}, {-1, -3}, {1L << 40, 1L << 10}};
        for (long[] shape : shapes) {
            assertThatThrownBy(() -> TENSORS.of(new float[3], shape))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("found 3");
            assertThatThrownBy(() -> TENSORS.of(new double[3], shape))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> TENSORS.ofIntegers(new long[3], shape))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> TENSORS.of(new float[3], 1L << 62, 4))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void emptyTensorsAreEmptyArrays() {
        try (PointerScope scope = new PointerScope()) {
            assertThat(TensorFactory.toDoubles(TENSORS.of(new float[0], 0, 4))).isEmpty();
            assertThat(TensorFactory.toFloats(TENSORS.zeros(3, 0))).isEmpty();
            assertThat(TensorFactory.toDoubles(TENSORS.of(new double[] {2, 3}, 1, 2)))
                    .containsExactly(2, 3);
        }
    }
}
