package org.cfcql.nativecode;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Parameters of the agents' recurrent network, or gradients of the same sizes (leading axes of
 * length 1 are allowed). Gates in the order r, z, n.
 *
 * @param inputWeight {@code [hidden, observation + actions + agents]}
 * @param inputBias {@code [hidden]}
 * @param gateInput {@code [3·hidden, hidden]}
 * @param gateMemory {@code [3·hidden, hidden]}
 * @param gateInputBias {@code [3·hidden]}
 * @param gateMemoryBias {@code [3·hidden]}
 * @param outputWeight {@code [actions, hidden]}
 * @param outputBias {@code [actions]}
 */
public record RecurrentTensors(
        Tensor inputWeight,
        Tensor inputBias,
        Tensor gateInput,
        Tensor gateMemory,
        Tensor gateInputBias,
        Tensor gateMemoryBias,
        Tensor outputWeight,
        Tensor outputBias) {
    /** All, in the kernel's order. */
    public List<Tensor> all() {
        return List.of(
                inputWeight,
                inputBias,
                gateInput,
                gateMemory,
                gateInputBias,
                gateMemoryBias,
                outputWeight,
                outputBias);
    }
}
