package org.cfcql.run.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.error.HarnessBug;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import org.junit.jupiter.api.Test;

/** What is stored of a policy is what its learner declares, whatever the networks are called. */
class ActingNetworksTest {
    private static final TensorFactory TENSORS =
            new TensorFactory(ComputeDevice.CPU, Precision.FLOAT32);

    @Test
    void aDeclaredNetworkIsStoredUnderAnyName() {
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> acting =
                    PolicyFile.acting(
                            List.of(network("policy").forActing(), network("value_function")));
            assertThat(acting).containsOnlyKeys("policy.l1.weight");
        }
    }

    @Test
    void aNameAloneDeclaresNothing() {
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> acting =
                    PolicyFile.acting(List.of(network("actor0"), network("head").forActing()));
            assertThat(acting).containsOnlyKeys("head.l1.weight");
        }
    }

    @Test
    void aLearnerThatDeclaresNoneIsABugAndNoUntrainedPolicy() {
        try (PointerScope scope = new PointerScope()) {
            assertThatThrownBy(() -> PolicyFile.acting(List.of(network("policy"), network("q"))))
                    .isInstanceOf(HarnessBug.class)
                    .hasMessageContaining("found none among [policy, q]")
                    .hasMessageContaining("forActing()");
        }
    }

    private static NamedNetwork network(String name) {
        return new NamedNetwork(name, Map.of("l1.weight", TENSORS.zeros(2)));
    }
}
