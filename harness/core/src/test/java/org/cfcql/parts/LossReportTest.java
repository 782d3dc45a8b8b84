package org.cfcql.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.error.NumericFault;
import org.cfcql.learn.Probe;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import org.junit.jupiter.api.Test;

/** The numbers of an update. */
class LossReportTest {
    private static final TensorFactory TENSORS =
            new TensorFactory(ComputeDevice.CPU, Precision.FLOAT64);

    private final LossReport losses = new LossReport("mine", Probe.SILENT, TENSORS);

    @Test
    void whatIsNoNumberIsRefusedByNameAndKept() {
        try (PointerScope scope = new PointerScope()) {
            Tensor infinite = TENSORS.of(new double[] {Double.POSITIVE_INFINITY});
            losses.record("tdLoss", 0.5);
            assertThatThrownBy(() -> losses.record("criticLoss", "critic_loss", infinite))
                    .isInstanceOf(NumericFault.class)
                    .hasMessageContaining("expected a finite criticLoss of mine, found Infinity")
                    .hasMessageContaining("lower its learning rate");
            assertThat(losses.last())
                    .containsEntry("tdLoss", 0.5)
                    .containsEntry("criticLoss", Double.POSITIVE_INFINITY);
        }
    }

    @Test
    void numbersKeepTheOrderOfTheirFirstAppearance() {
        losses.record("second", 2);
        losses.record("first", 1);
        losses.record("second", 3);
        assertThat(losses.last().keySet()).containsExactly("second", "first");
        assertThat(losses.last()).containsEntry("second", 3.0);
    }

    @Test
    void whatAnUpdateDoesNotRecordCanBeForgotten() {
        losses.record("refreshLoss", 1);
        losses.forget("refreshLoss");
        assertThat(losses.last()).isEmpty();
    }
}
