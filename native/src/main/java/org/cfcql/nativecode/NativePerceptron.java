package org.cfcql.nativecode;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
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
    private static final String NAME = "perceptron kernel";
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
            KernelArguments arguments = arguments(network, input);
            arguments.output("values", values, values.numel());
            if (kept == null) {
                arguments.none(1);
            } else {
                arguments.output("kept", kept, keptElements(rows));
            }
            arguments.none(1);
            addNetwork(arguments, network, false);
            run(rows, arguments.none(2 * widths.size()));
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
            KernelArguments arguments = arguments(network, input).none(1);
            arguments.output("kept", kept, keptElements(rows));
            arguments.input("values' gradient", valuesGradient, rows * replicas * outputWidth());
            addNetwork(arguments, network, false);
            addNetwork(arguments, gradients, true);
            run(rows, arguments);
        }
    }

    private KernelArguments arguments(PerceptronTensors network, Tensor input) {
        Tensor first = network.layers().get(0);
        KernelArguments arguments = new KernelArguments(NAME, first.scalar_type().intern());
        return arguments.input("input", input, input.size(0) * groups * widths.get(0));
    }

    private void addNetwork(KernelArguments arguments, PerceptronTensors network, boolean written) {
        if (!normalised) {
            arguments.none(2);
        }
        List<Tensor> tensors = network.all();
        long[] elements = elements();
        if (tensors.size() != elements.length) {
            throw new IllegalArgumentException(
                    "%s: expected %d tensors, found %d"
                            .formatted(NAME, elements.length, tensors.size()));
        }
        for (int index = 0; index < elements.length; index++) {
            Tensor tensor = tensors.get(index);
            if (written) {
                arguments.output("gradient " + index, tensor, elements[index]);
            } else {
                arguments.input("parameter " + index, tensor, elements[index]);
            }
        }
    }

    private void run(long rows, KernelArguments arguments) {
        int[] sizes =
                IntStream.concat(
                                IntStream.of(
                                        Math.toIntExact(rows),
                                        replicas,
                                        groups,
                                        normalised ? 1 : 0,
                                        widths.size() - 1),
                                widths.stream().mapToInt(Integer::intValue))
                        .toArray();
        NativeKernels.check(
                NativeBindings.perceptron(
                        arguments.elementBytes(),
                        sizes,
                        CriticPenalty.NORM_EPSILON,
                        arguments.toArray()));
    }

    /** Elements of the parameters, in their order. */
    private long[] elements() {
        List<Long> elements = new ArrayList<>();
        if (normalised) {
            elements.addAll(List.of((long) groups * widths.get(0), (long) groups * widths.get(0)));
        }
        for (int layer = 1; layer < widths.size(); layer++) {
            long units = (long) replicas * widths.get(layer);
            elements.add(units * widths.get(layer - 1));
            elements.add(units);
        }
        return elements.stream().mapToLong(Long::longValue).toArray();
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
