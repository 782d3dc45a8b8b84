package org.cfcql.nn;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Linear layers with ReLU between them, none after the last, for R replicas at once.
 *
 * @param layers named {@code l1}, {@code l2}, ... in {@link Parameters}
 */
public record MultilayerPerceptron(List<Linear> layers) {
    /** Copies the layers. */
    public MultilayerPerceptron {
        layers = List.copyOf(layers);
    }

    /**
     * Declares layers with PyTorch's default initialisation.
     *
     * @param sizes input, hidden and output widths
     */
    public static MultilayerPerceptron create(
            Parameters parameters, Initialisation initial, int replicas, int... sizes) {
        double lastBound = 1 / Math.sqrt(sizes[sizes.length - 2]);
        return createWithLastBound(parameters, initial, lastBound, replicas, sizes);
    }

    /** As {@link #create}, the last layer's weights uniform within {@code lastBound}. */
    public static MultilayerPerceptron createWithLastBound(
            Parameters parameters,
            Initialisation initial,
            double lastBound,
            int replicas,
            int... sizes) {
        List<Linear> layers = new ArrayList<>();
        for (int layer = 1; layer < sizes.length; layer++) {
            int input = sizes[layer - 1];
            boolean last = layer == sizes.length - 1;
            double bound = last ? lastBound : 1 / Math.sqrt(input);
            layers.add(
                    Linear.create(
                            parameters,
                            "l" + layer,
                            initial,
                            replicas,
                            input,
                            sizes[layer],
                            bound));
        }
        return new MultilayerPerceptron(layers);
    }

    /** {@code [replica, batch, input]} to {@code [replica, batch, output]}. */
    public Tensor forward(Tensor input) {
        return rest(layers.get(0).forward(input));
    }

    /**
     * {@code [batch, input]}, the same rows for all replicas, to {@code [replica, batch, output]}.
     */
    public Tensor forwardShared(Tensor input) {
        return rest(layers.get(0).forwardShared(input));
    }

    private Tensor rest(Tensor first) {
        Tensor hidden = first;
        for (Linear layer : layers.subList(1, layers.size())) {
            hidden = layer.forward(hidden.relu());
        }
        return hidden;
    }

    /** The same memory without gradients. */
    public MultilayerPerceptron frozen(Parameters parameters) {
        List<Linear> frozen = new ArrayList<>();
        for (int layer = 1; layer <= layers.size(); layer++) {
            String name = "l" + layer;
            frozen.add(
                    new Linear(parameters.data(name + ".weight"), parameters.data(name + ".bias")));
        }
        return new MultilayerPerceptron(frozen);
    }

    /** Views of one replica, in the caller's scope. */
    public MultilayerPerceptron replica(int index) {
        return new MultilayerPerceptron(
                layers.stream()
                        .map(
                                layer ->
                                        new Linear(
                                                layer.weight().narrow(0, index, 1),
                                                layer.bias().narrow(0, index, 1)))
                        .toList());
    }
}
