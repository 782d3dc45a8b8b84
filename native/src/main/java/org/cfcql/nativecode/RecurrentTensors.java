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
    /** Adds all eight to a call; {@code width} is that of the first layer's input. */
    void addTo(
            KernelArguments arguments, long width, long hidden, long actions, boolean gradients) {
        long gates = 3 * hidden;
        arguments
                .parameter("weight1", inputWeight, hidden * width, gradients)
                .parameter("bias1", inputBias, hidden, gradients)
                .parameter("gate_input", gateInput, gates * hidden, gradients)
                .parameter("gate_memory", gateMemory, gates * hidden, gradients)
                .parameter("input_bias", gateInputBias, gates, gradients)
                .parameter("memory_bias", gateMemoryBias, gates, gradients)
                .parameter("weight2", outputWeight, actions * hidden, gradients)
                .parameter("bias2", outputBias, actions, gradients);
    }

    /** All, in the order of the record. */
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
