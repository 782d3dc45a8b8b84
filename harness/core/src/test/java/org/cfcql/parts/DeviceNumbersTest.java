package org.cfcql.parts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import org.junit.jupiter.api.Test;

/** Numbers that wait on a device for the host to read them. */
class DeviceNumbersTest {
    private static final TensorFactory TENSORS =
            new TensorFactory(ComputeDevice.CPU, Precision.FLOAT64);

    @Test
    void theValueIsThatOfTheMomentItWasPut() {
        try (PointerScope scope = new PointerScope();
                DeviceNumbers numbers = new DeviceNumbers(TENSORS)) {
            Tensor changing = TENSORS.of(new double[] {3}, 1).select(0, 0);
            numbers.put("loss", changing);
            changing.zero_();
            assertThat(numbers.take()).containsExactly(Map.entry("loss", 3.0));
            assertThat(numbers.take()).as("taken once").isEmpty();
        }
    }

    @Test
    void whatIsForgottenIsNotTaken() {
        try (PointerScope scope = new PointerScope();
                DeviceNumbers numbers = new DeviceNumbers(TENSORS)) {
            numbers.put("first", TENSORS.of(new double[] {1}, 1).select(0, 0));
            numbers.put("second", TENSORS.of(new double[] {2}, 1).select(0, 0));
            numbers.forget("first");
            assertThat(numbers.take()).containsExactly(Map.entry("second", 2.0));
        }
    }

    @Test
    void moreThanTheFirstTensorHoldsAreKept() {
        try (PointerScope scope = new PointerScope();
                DeviceNumbers numbers = new DeviceNumbers(TENSORS)) {
            Map<String, Double> expected = new LinkedHashMap<>();
            for (int index = 0; index < 100; index++) {
                numbers.put("n" + index, TENSORS.of(new double[] {index}, 1).select(0, 0));
                expected.put("n" + index, (double) index);
            }
            assertThat(numbers.take()).isEqualTo(expected);
        }
    }
}
