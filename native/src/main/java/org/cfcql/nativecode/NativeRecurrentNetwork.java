package org.cfcql.nativecode;

import java.util.List;
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
    private static final String NAME = "recurrent kernel";
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
            KernelArguments arguments = inputs(network, active, observations, previousActions);
            arguments.output("values", values, values.numel());
            if (kept == null) {
                arguments.none(1);
            } else {
                arguments.output("kept", kept, keptElements(observations.size(0)));
            }
            run(active, arguments.none(9));
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
            KernelArguments arguments = inputs(network, active, observations, previousActions);
            arguments.none(1).output("kept", kept, keptElements(rows));
            arguments.input("values' gradient", valuesGradient, rows * agents * actions);
            List<Tensor> written = gradients.all();
            for (int index = 0; index < written.size(); index++) {
                arguments.output("gradient " + index, written.get(index), elements()[index]);
            }
            run(active, arguments);
        }
    }

    private KernelArguments inputs(
            RecurrentTensors network, long[] active, Tensor observations, Tensor previousActions) {
        long rows = 0;
        for (long episodes : active) {
            rows += episodes;
        }
        ScalarType type = network.inputWeight().scalar_type().intern();
        KernelArguments arguments = new KernelArguments(NAME, type);
        arguments.input("observations", observations, rows * agents * observation);
        arguments.input("previous actions", previousActions, rows * agents, ScalarType.Long);
        List<Tensor> parameters = network.all();
        for (int index = 0; index < parameters.size(); index++) {
            arguments.input("parameter " + index, parameters.get(index), elements()[index]);
        }
        return arguments;
    }

    private void run(long[] active, KernelArguments arguments) {
        int[] sizes = {active.length, agents, observation, actions, hidden};
        NativeKernels.check(
                NativeBindings.recurrentNetwork(
                        arguments.elementBytes(), sizes, active, arguments.toArray()));
    }

    /** Elements of the parameters, in their order. */
    private long[] elements() {
        long gates = 3L * hidden;
        return new long[] {
            (long) hidden * (observation + actions + agents),
            hidden,
            gates * hidden,
            gates * hidden,
            gates,
            gates,
            (long) actions * hidden,
            actions
        };
    }

    private long keptElements(long rows) {
        long units = (hidden + KEPT_UNITS - 1L) / KEPT_UNITS * KEPT_UNITS;
        return rows * agents * KEPT_PLANES * units;
    }
}
