package org.cfcql.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.nativecode.NativePerceptron;
import org.cfcql.nativecode.PerceptronTensors;
import org.cfcql.tensor.Compute;

/**
 * Batch normalisation, or none, and linear layers with ReLU by the compiled kernel, over the
 * tensors of a network whose LibTorch form is the oracle.
 */
public final class KernelPerceptron {
    private final NativePerceptron kernel;
    private final boolean normalised;
    private final Parameters normalisation;
    private final Parameters layers;

    private KernelPerceptron(NativePerceptron kernel, Parameters normalisation, Parameters layers) {
        this.kernel = kernel;
        normalised = kernel.normalised();
        this.normalisation = normalisation;
        this.layers = layers;
    }

    /**
     * The kernel where kernels run and it covers the network: not with layer normalisation.
     *
     * @param normalisation where the scale and shift of the input are
     * @param groups groups of input rows: 1, or one per replica
     * @param layers where {@code l1}, {@code l2}, ... are
     */
    public static Optional<KernelPerceptron> create(
            Compute compute,
            InputNormalisation.Kind kind,
            Parameters normalisation,
            int groups,
            Parameters layers) {
        if (!compute.runsKernels() || kind == InputNormalisation.Kind.LAYERNORM) {
            return Optional.empty();
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor first = weight(layers, 1);
            List<Integer> widths = new ArrayList<>(List.of((int) first.size(2)));
            for (int layer = 1; weight(layers, layer) != null; layer++) {
                widths.add((int) weight(layers, layer).size(1));
            }
            boolean normalised = kind == InputNormalisation.Kind.BATCHNORM;
            NativePerceptron kernel =
                    new NativePerceptron(groups, (int) first.size(0), normalised, widths);
            return Optional.of(new KernelPerceptron(kernel, normalisation, layers));
        }
    }

    private static Tensor weight(Parameters layers, int layer) {
        return layers.data("l" + layer + ".weight");
    }

    /**
     * True if values of an input can be had: no gradient for it, normalised by its own rows. To
     * track them is left to the caller.
     */
    public boolean covers(Tensor input, Statistics statistics) {
        return !input.requires_grad() && !(normalised && statistics == Statistics.RUNNING);
    }

    /**
     * Values without history.
     *
     * @param input {@code [row, group, feature]}
     * @return {@code [replica, row, output]}
     */
    public Tensor values(Tensor input) {
        return kernel.values(tensors(Parameters::data), input, null);
    }

    /** As {@link #values}, with a way back to the parameters. */
    public TrainingPass trainingPass(Tensor input) {
        Tensor kept = kernel.kept(input);
        Tensor values = kernel.values(tensors(Parameters::data), input, kept);
        values.set_requires_grad(true);
        return new TrainingPass(
                values,
                () ->
                        kernel.addGradients(
                                tensors(Parameters::data),
                                input,
                                kept,
                                values.grad(),
                                tensors(Parameters::gradient)));
    }

    private PerceptronTensors tensors(BiFunction<Parameters, String, Tensor> source) {
        List<Tensor> ofLayers = new ArrayList<>();
        for (int layer = 1; layer < kernel.widths().size(); layer++) {
            ofLayers.add(source.apply(layers, "l" + layer + ".weight"));
            ofLayers.add(source.apply(layers, "l" + layer + ".bias"));
        }
        List<Tensor> ofNormalisation =
                normalised
                        ? List.of(
                                source.apply(normalisation, "bn.weight"),
                                source.apply(normalisation, "bn.bias"))
                        : List.of();
        return new PerceptronTensors(ofNormalisation, ofLayers);
    }
}
