package org.cfcql.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.budget.Budget;
import org.cfcql.budget.BudgetExceeded;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.budget.Role;
import org.cfcql.error.HarnessBug;
import org.cfcql.error.UserError;
import org.cfcql.nn.Parameters;
import org.cfcql.random.SeedTree;
import org.cfcql.tensor.Compute;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import org.junit.jupiter.api.Test;

class HarnessContextTest {
    private static final TensorFactory TENSORS =
            new TensorFactory(ComputeDevice.CPU, Precision.FLOAT32);

    @Test
    void stepBeyondTheBudgetThrowsAndMovesNothing() {
        BudgetLedger ledger = new BudgetLedger(new Budget(Map.of(Role.CRITIC, 1L)));
        try (PointerScope scope = new PointerScope();
                Parameters parameters = new Parameters();
                HarnessContext context = context(ledger)) {
            Tensor leaf = parameters.train("x", TENSORS.ones(1, 1));
            Optimiser optimiser =
                    context.adam("critic", Role.CRITIC, List.of(leaf), AdamSettings.of(0.1));
            leaf.sum().backward();
            optimiser.step();
            double after = leaf.item_double();
            leaf.sum().backward();
            assertThatThrownBy(optimiser::step).isInstanceOf(BudgetExceeded.class);
            assertThat(leaf.item_double()).isEqualTo(after);
            assertThat(ledger.spent(Role.CRITIC)).isEqualTo(1);
            assertThat(context.optimisers()).containsOnlyKeys("critic");
            assertThatThrownBy(
                            () ->
                                    context.adam(
                                            "critic",
                                            Role.CRITIC,
                                            List.of(leaf),
                                            AdamSettings.of(0.1)))
                    .isInstanceOf(HarnessBug.class);
        }
    }

    @Test
    void noiseContinuesFromItsSnapshotAndStreamsAreIndependent() {
        try (PointerScope scope = new PointerScope()) {
            StreamNoise noise = new StreamNoise(new SeedTree(3), TENSORS);
            noise.normal("a", 5);
            var snapshot = noise.snapshot();
            float[] next = TensorFactory.toFloats(noise.normal("a", 5));
            StreamNoise restored = new StreamNoise(new SeedTree(3), TENSORS);
            restored.restore(snapshot);
            restored.uniform("b", 100);
            assertThat(TensorFactory.toFloats(restored.normal("a", 5))).isEqualTo(next);
        }
    }

    @Test
    void drawsOfAnotherNameAreOthersAndLeaveTheRestAlone() {
        try (PointerScope scope = new PointerScope()) {
            StreamNoise noise = new StreamNoise(new SeedTree(3), TENSORS);
            float[] first = TensorFactory.toFloats(noise.normal("a", 5));
            float[] other = TensorFactory.toFloats(noise.normal("b", 5));
            assertThat(other).isNotEqualTo(first);
            StreamNoise alone = new StreamNoise(new SeedTree(3), TENSORS);
            assertThat(TensorFactory.toFloats(alone.normal("b", 5))).isEqualTo(other);
        }
    }

    @Test
    void restoredNoiseForgetsWhatWasDrawnSince() {
        try (PointerScope scope = new PointerScope()) {
            StreamNoise noise = new StreamNoise(new SeedTree(3), TENSORS);
            var before = noise.snapshot();
            float[] first = TensorFactory.toFloats(noise.normal("a", 5));
            noise.restore(before);
            assertThat(noise.snapshot()).isEmpty();
            assertThat(TensorFactory.toFloats(noise.normal("a", 5))).isEqualTo(first);
        }
    }

    @Test
    void unknownAlgorithmIsRefused() {
        assertThatThrownBy(() -> Algorithms.find("cfcqll"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("cfcqll");
    }

    private static HarnessContext context(BudgetLedger ledger) {
        SeedTree seeds = new SeedTree(1);
        Noise noise = new StreamNoise(seeds.child("noise"), TENSORS);
        return new HarnessContext(Compute.byLibTorch(TENSORS), seeds, noise, Probe.SILENT, ledger);
    }
}
