package org.cfcql.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A fully connected layer for R replicas at once.
 *
 * @param weight {@code [replica, output, input]}
 * @param bias {@code [replica, output]}
 */
public record Linear(Tensor weight, Tensor bias) {
    /**
     * A trained layer with PyTorch's default initialisation: weights and biases uniform within
     * 1/sqrt(input) (spec 0.4). Replicas take their numbers one after another.
     */
    public static Linear create(
            Parameters parameters,
            String name,
            Initialisation initial,
            int replicas,
            int input,
            int output) {
        double bound = 1 / Math.sqrt(input);
        return create(parameters, name, initial, replicas, input, output, bound);
    }

    /** As {@link #create} with another bound for the weights; biases keep the default. */
    public static Linear create(
            Parameters parameters,
            String name,
            Initialisation initial,
            int replicas,
            int input,
            int output,
            double weightBound) {
        Tensor weight = initial.uniform(weightBound, replicas, output, input);
        Tensor bias = initial.uniform(1 / Math.sqrt(input), replicas, output);
        return new Linear(
                parameters.train(name + ".weight", weight), parameters.train(name + ".bias", bias));
    }

    /** Number of replicas. */
    public long replicas() {
        return weight.size(0);
    }

    /** {@code [replica, batch, input]} to {@code [replica, batch, output]}. */
    public Tensor forward(Tensor input) {
        if (replicas() == 1) {
            Tensor rows = torch.linear(input.select(0, 0), weight.select(0, 0), bias.select(0, 0));
            return rows.unsqueeze(0);
        }
        return torch.baddbmm(bias.unsqueeze(1), input, weight.transpose(1, 2));
    }

    /**
     * All replicas on the same rows by a single matrix product.
     *
     * @param input {@code [batch, input]}
     * @return {@code [replica, batch, output]}, a strided view
     */
    public Tensor forwardShared(Tensor input) {
        long replicas = replicas();
        long output = weight.size(1);
        Tensor flatWeight = weight.reshape(replicas * output, weight.size(2));
        Tensor flat = torch.linear(input, flatWeight, bias.reshape(replicas * output));
        return flat.view(-1, replicas, output).transpose(0, 1);
    }
}
