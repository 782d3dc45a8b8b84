package org.cfcql.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Batch normalisation over the rows of one call (spec/algorithms.md 2.1).
 *
 * <p>Normalises with mean and biased variance, gradients flow through both; the running statistics
 * take one step of 0.1 per tracking call, with the unbiased variance.
 *
 * @param weight scale {@code [replica, feature]}, 1 at first
 * @param bias shift {@code [replica, feature]}, 0 at first
 * @param runningMean {@code [replica, feature]}
 * @param runningVariance {@code [replica, feature]}
 */
public record BatchNormalisation(
        Tensor weight, Tensor bias, Tensor runningMean, Tensor runningVariance)
        implements InputNormalisation {
    /** Added to the variance. */
    public static final double EPSILON = 1e-5;

    private static final double MOMENTUM = 0.1;

    static BatchNormalisation create(
            Parameters parameters, Initialisation initial, int replicas, int features) {
        return new BatchNormalisation(
                parameters.train("bn.weight", initial.constant(1, replicas, features)),
                parameters.train("bn.bias", initial.constant(0, replicas, features)),
                parameters.buffer("bn.running_mean", initial.constant(0, replicas, features)),
                parameters.buffer("bn.running_var", initial.constant(1, replicas, features)));
    }

    @Override
    public Tensor forward(Tensor input, Statistics statistics) {
        // One row of replica·feature channels: every channel has statistics of its own.
        long channels = weight.numel();
        boolean training = statistics != Statistics.RUNNING;
        boolean reads = statistics != Statistics.BATCH;
        Tensor normalised =
                torch.batch_norm(
                        input.reshape(-1, channels),
                        new TensorOptional(weight.view(channels)),
                        new TensorOptional(bias.view(channels)),
                        running(runningMean, reads),
                        running(runningVariance, reads),
                        training,
                        MOMENTUM,
                        EPSILON,
                        false);
        return normalised.view(-1, weight.size(0), weight.size(1));
    }

    private static TensorOptional running(Tensor statistic, boolean reads) {
        return reads ? new TensorOptional(statistic.view(-1)) : new TensorOptional();
    }

    @Override
    public InputNormalisation frozen(Parameters parameters) {
        return new BatchNormalisation(
                parameters.data("bn.weight"),
                parameters.data("bn.bias"),
                runningMean,
                runningVariance);
    }
}
