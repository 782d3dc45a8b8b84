package org.cfcql.nativecode;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Linear layers with ReLU between them behind batch normalisation, or none, by the C++ kernel: CPU,
 * float32 or float64, one thread. See {@code perceptron.h} for how it works; the order of every sum
 * is fixed for one machine. The caller makes sure that the library is there.
 *
 * @param groups groups of input rows: 1, the same rows for all replicas, or one for each
 * @param replicas number of networks R
 * @param normalised whether the input is normalised by mean and variance of the call's rows
 * @param widths input, hidden and output widths
 */
public record NativePerceptron(int groups, int replicas, boolean normalised, List<Integer> widths) {
    private static final int KEPT_UNITS = 16;

    /** Copies the widths. */
    public NativePerceptron {
        widths = List.copyOf(widths);
    }

    /**
     * Values of all rows.
     *
     * @param input {@code [row, group, input]}
     * @param kept from {@link #kept}, to be filled for the backward pass, or null
     * @return {@code [replica, row, output]}, without a graph, owned by the caller's scope
     * @throws IllegalArgumentException if sizes, types or devices do not fit together
     */
    public Tensor values(PerceptronTensors network, Tensor input, Tensor kept) {
        long rows = input.size(0);
        Tensor values = input.new_empty(replicas, rows, outputWidth());
        try (PointerScope scope = new PointerScope()) {
            arguments(network, input)
                    .output("values", values, values.numel())
                    .optional("kept", kept, keptElements(rows))
                    .run();
        }
        return values;
    }

    /** Memory for what the forward pass keeps of each row, owned by the caller's scope. */
    public Tensor kept(Tensor input) {
        return input.new_empty(keptElements(input.size(0)));
    }

    /**
     * Adds the gradients of the parameters.
     *
     * @param kept filled by {@link #values} with the same other arguments
     * @param valuesGradient {@code [replica, row, output]}
     * @param gradients contiguous tensors with the sizes of {@code network}
     */
    public void addGradients(
            PerceptronTensors network,
            Tensor input,
            Tensor kept,
            Tensor valuesGradient,
            PerceptronTensors gradients) {
        long rows = input.size(0);
        try (PointerScope scope = new PointerScope()) {
            KernelArguments arguments =
                    arguments(network, input)
                            .output("kept", kept, keptElements(rows))
                            .input(
                                    "value_gradient",
                                    valuesGradient,
                                    rows * replicas * outputWidth());
            add(arguments, gradients, true);
            arguments.run();
        }
    }

    private KernelArguments arguments(PerceptronTensors network, Tensor input) {
        Tensor first = network.layers().get(0);
        KernelArguments arguments =
                new KernelArguments("perceptron", first.scalar_type().intern())
                        .size("rows", Math.toIntExact(input.size(0)))
                        .size("replicas", replicas)
                        .size("groups", groups)
                        .size("normalised", normalised)
                        .list("widths", widths.stream().mapToLong(Integer::longValue).toArray())
                        .constant("epsilon", NativeCriticPenalty.NORM_EPSILON)
                        .input("input", input, input.size(0) * groups * widths.get(0));
        add(arguments, network, false);
        return arguments;
    }

    private void add(KernelArguments arguments, PerceptronTensors network, boolean gradients) {
        int normalisation = normalised ? 2 : 0;
        int layers = 2 * (widths.size() - 1);
        if (network.normalisation().size() != normalisation || network.layers().size() != layers) {
            throw new IllegalArgumentException(
                    "perceptron: expected %d tensors of the normalisation and %d of the layers, found %d and %d"
                            .formatted(
                                    normalisation,
                                    layers,
                                    network.normalisation().size(),
                                    network.layers().size()));
        }
        network.addTo(arguments, groups, replicas, widths, gradients);
    }

    private int outputWidth() {
        return widths.get(widths.size() - 1);
    }

    private long keptElements(long rows) {
        long hidden = 0;
        for (int width : widths.subList(1, widths.size() - 1)) {
            hidden += (width + KEPT_UNITS - 1L) / KEPT_UNITS * KEPT_UNITS;
        }
        return rows * (replicas * hidden + (normalised ? (long) groups * widths.get(0) : 0));
    }
}
