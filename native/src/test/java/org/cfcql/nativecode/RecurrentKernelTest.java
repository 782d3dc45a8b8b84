package org.cfcql.nativecode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the kernel refuses; its numbers are compared with LibTorch's in the harness. */
class RecurrentKernelTest {
    private static final int AGENTS = 2;
    private static final int OBSERVATION = 3;
    private static final int ACTIONS = 4;
    private static final int HIDDEN = 5;
    private static final NativeRecurrentNetwork KERNEL =
            new NativeRecurrentNetwork(AGENTS, OBSERVATION, ACTIONS, HIDDEN);

    private PointerScope scope;

    @BeforeEach
    void needsTheLibrary() {
        LibTorchRuntime.initialise(1);
        assumeTrue(NativeKernels.available(), NativeKernels.unavailableReason());
        scope = new PointerScope();
    }

    @AfterEach
    void close() {
        if (scope != null) {
            scope.close();
        }
    }

    private static RecurrentTensors network() {
        long gates = 3L * HIDDEN;
        return new RecurrentTensors(
                torch.ones(HIDDEN, OBSERVATION + ACTIONS + AGENTS),
                torch.ones(HIDDEN),
                torch.ones(gates, HIDDEN),
                torch.ones(gates, HIDDEN),
                torch.ones(gates),
                torch.ones(gates),
                torch.ones(ACTIONS, HIDDEN),
                torch.ones(ACTIONS));
    }

    private static Tensor previous(int rows, int action) {
        return torch.full(new long[] {rows, AGENTS}, new Scalar((double) action))
                .to(torch.ScalarType.Long);
    }

    private static Tensor values(long[] active, int rows, int action) {
        Tensor observations = torch.zeros(rows, AGENTS, OBSERVATION);
        return KERNEL.values(network(), active, observations, previous(rows, action), null);
    }

    @Test
    void packedRowsAreTaken() {
        assertThat(values(new long[] {3, 3, 1}, 7, ACTIONS).shape())
                .containsExactly(7, AGENTS, ACTIONS);
    }

    @Test
    void rowsThatAreNotOrderedByTimeAreRefused() {
        assertThatThrownBy(() -> values(new long[] {3, 1, 3}, 7, 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ordered by time");
    }

    @Test
    void numbersOutsideOfTheActionsAreRefused() {
        assertThatThrownBy(() -> values(new long[] {2}, 2, ACTIONS + 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("action");
        assertThatThrownBy(() -> values(new long[] {2}, 2, -1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("action");
    }

    @Test
    void otherSizesAreRefusedBeforeAnyMemoryIsTouched() {
        assertThatThrownBy(() -> values(new long[] {3, 3}, 7, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("observations");
    }
}
