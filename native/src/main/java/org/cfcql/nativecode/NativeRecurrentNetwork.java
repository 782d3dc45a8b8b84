package org.cfcql.nativecode;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The agents' recurrent network by the C++ kernel: CPU, float32 or float64, one thread. See {@code
 * recurrent_network.h} for the order of rows and how it works; the order of every sum is fixed for
 * one machine. The caller makes sure that the library is there.
 *
 * @param agents number of agents n
 * @param observation width of an observation O
 * @param actions number of actions A
 * @param hidden width of the memory
 */
public record NativeRecurrentNetwork(int agents, int observation, int actions, int hidden) {
    private static final int KEPT_PLANES = 6;
    private static final int KEPT_UNITS = 16;

    /**
     * Large blocks come in multiples of so many elements: batches of about the same length then
     * take the same block of the heap again instead of leaving holes that nothing fits into.
     */
    private static final long KEPT_BLOCK = 1L << 20;

    /**
     * Values of all rows from an empty memory.
     *
     * @param active number of episodes that have a row at each time
     * @param observations {@code [row, agent, observation]}
     * @param previousActions {@code [row, agent]}, A where there is none
     * @param kept from {@link #kept}, to be filled for the backward pass, or null
     * @return {@code [row, agent, action]}, without a graph, owned by the caller's scope
     * @throws IllegalArgumentException if sizes, types or devices do not fit together
     */
    public Tensor values(
            RecurrentTensors network,
            long[] active,
            Tensor observations,
            Tensor previousActions,
            Tensor kept) {
        Tensor values = observations.new_empty(observations.size(0), agents, actions);
        try (PointerScope scope = new PointerScope()) {
            inputs(network, active, observations, previousActions)
                    .output("values", values, values.numel())
                    .optional("kept", kept, keptElements(observations.size(0)))
                    .run();
        }
        return values;
    }

    /** Memory for what the forward pass keeps of each row, owned by the caller's scope. */
    public Tensor kept(Tensor observations) {
        long elements = keptElements(observations.size(0));
        Tensor block = observations.new_empty((elements / KEPT_BLOCK + 1) * KEPT_BLOCK);
        return block.narrow(0, 0, elements);
    }

    /**
     * Adds the gradients of the parameters.
     *
     * @param kept filled by {@link #values} with the same other arguments
     * @param valuesGradient {@code [row, agent, action]}
     * @param gradients contiguous tensors with the sizes of {@code network}
     */
    public void addGradients(
            RecurrentTensors network,
            long[] active,
            Tensor observations,
            Tensor previousActions,
            Tensor kept,
            Tensor valuesGradient,
            RecurrentTensors gradients) {
        try (PointerScope scope = new PointerScope()) {
            long rows = observations.size(0);
            KernelArguments arguments =
                    inputs(network, active, observations, previousActions)
                            .output("kept", kept, keptElements(rows))
                            .input("value_gradient", valuesGradient, rows * agents * actions);
            gradients.addTo(arguments, inputWidth(), hidden, actions, true);
            arguments.run();
        }
    }

    private KernelArguments inputs(
            RecurrentTensors network, long[] active, Tensor observations, Tensor previousActions) {
        long rows = 0;
        for (long episodes : active) {
            rows += episodes;
        }
        ScalarType type = network.inputWeight().scalar_type().intern();
        KernelArguments arguments =
                new KernelArguments("recurrent_network", type)
                        .size("agents", agents)
                        .size("observation", observation)
                        .size("actions", actions)
                        .size("hidden", hidden)
                        .list("active", active)
                        .input("observations", observations, rows * agents * observation)
                        .input("previous", previousActions, rows * agents, ScalarType.Long);
        network.addTo(arguments, inputWidth(), hidden, actions, false);
        return arguments;
    }

    private long inputWidth() {
        return (long) observation + actions + agents;
    }

    private long keptElements(long rows) {
        long units = (hidden + KEPT_UNITS - 1L) / KEPT_UNITS * KEPT_UNITS;
        return rows * agents * KEPT_PLANES * units;
    }
}
