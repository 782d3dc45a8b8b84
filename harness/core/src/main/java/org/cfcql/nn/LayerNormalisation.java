package org.cfcql.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Layer normalisation with scale and shift per replica: each row by its own mean and variance.
 *
 * @param weight {@code [replica, feature]}
 * @param bias {@code [replica, feature]}
 */
public record LayerNormalisation(Tensor weight, Tensor bias) implements InputNormalisation {
    private static final double EPSILON = 1e-5;

    static LayerNormalisation create(
            Parameters parameters, Initialisation initial, int replicas, int features) {
        return new LayerNormalisation(
                parameters.train("ln.weight", initial.constant(1, replicas, features)),
                parameters.train("ln.bias", initial.constant(0, replicas, features)));
    }

    @Override
    public Tensor forward(Tensor input, Statistics statistics) {
        long[] features = {weight.size(1)};
        TensorOptional none = new TensorOptional();
        Tensor normalised = torch.layer_norm(input, features, none, none, EPSILON, false);
        return normalised.mul(weight).add(bias);
    }

    @Override
    public void track(Tensor input) {
        // Nothing runs.
    }

    @Override
    public InputNormalisation frozen(Parameters parameters) {
        return new LayerNormalisation(parameters.data("ln.weight"), parameters.data("ln.bias"));
    }
}
