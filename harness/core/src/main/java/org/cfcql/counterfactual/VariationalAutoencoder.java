package org.cfcql.counterfactual;

import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.nn.Initialisation;
import org.cfcql.nn.Linear;
import org.cfcql.nn.Parameters;
import org.cfcql.tensor.OwnedTensors;

/**
 * Model of the joint behaviour in a state (spec 2.5): encoder of (s, a), decoder of (s, z), both
 * with two hidden ReLU layers; actions within [-1, 1] by tanh.
 */
final class VariationalAutoencoder implements AutoCloseable {
    private static final double LOG_STD_LOW = -4;
    private static final double LOG_STD_HIGH = 15;
    private static final double LOG_TWO_PI = Math.log(2 * Math.PI);

    private final OwnedTensors owner = new OwnedTensors();
    private final Parameters parameters = new Parameters();
    private final int latentSize;
    private final Linear encoder1;
    private final Linear encoder2;
    private final Linear encoderMean;
    private final Linear encoderLogStd;
    private final Linear decoder1;
    private final Linear decoder2;
    private final Linear decoder3;

    /**
     * Declares the model.
     *
     * @param stateSize width S of the state
     * @param actionSize width D = n·d of the joint action
     * @param sizes widths of hidden layers and latent
     */
    VariationalAutoencoder(
            Initialisation initial, int stateSize, int actionSize, VaeHyperparameters sizes) {
        int hidden = sizes.hidden();
        latentSize = sizes.latentSize(actionSize);
        try (PointerScope scope = new PointerScope()) {
            encoder1 = linear(initial, "encoder.l1", stateSize + actionSize, hidden);
            encoder2 = linear(initial, "encoder.l2", hidden, hidden);
            encoderMean = linear(initial, "encoder.mean", hidden, latentSize);
            encoderLogStd = linear(initial, "encoder.log_std", hidden, latentSize);
            decoder1 = linear(initial, "decoder.l1", stateSize + latentSize, hidden);
            decoder2 = linear(initial, "decoder.l2", hidden, hidden);
            decoder3 = linear(initial, "decoder.l3", hidden, actionSize);
        }
    }

    private Linear linear(Initialisation initial, String name, int input, int output) {
        return Linear.create(parameters, name, initial, 1, input, output);
    }

    /**
     * Distribution of the latent of each row.
     *
     * @param mean {@code [batch, latent]}
     * @param deviation {@code [batch, latent]}
     * @param logDeviation its logarithm, clamped
     */
    record Posterior(Tensor mean, Tensor deviation, Tensor logDeviation) {}

    /** Encodes {@code state [batch, S]} and {@code actions [batch, D]}. */
    Posterior encode(Tensor state, Tensor actions) {
        Tensor input = torch.cat(new TensorVector(state, actions), 1);
        Tensor hidden = apply(encoder2, apply(encoder1, input).relu()).relu();
        Tensor logDeviation =
                apply(encoderLogStd, hidden)
                        .clamp(
                                new ScalarOptional(new Scalar(LOG_STD_LOW)),
                                new ScalarOptional(new Scalar(LOG_STD_HIGH)));
        return new Posterior(apply(encoderMean, hidden), logDeviation.exp(), logDeviation);
    }

    /** Actions {@code [rows, D]} of {@code state [rows, S]} and {@code latents [rows, latent]}. */
    Tensor decode(Tensor state, Tensor latents) {
        return decodeHidden(apply(decoder1, torch.cat(new TensorVector(state, latents), 1)));
    }

    private Tensor decodeHidden(Tensor first) {
        return apply(decoder3, apply(decoder2, first.relu()).relu()).tanh();
    }

    /**
     * Log-density of each agent's action under the decoder (β̂ of B.42; spec 2.5), by importance
     * sampling over latents; the latent terms are those of the joint action and common to all
     * agents. To be called without gradients.
     *
     * @param state {@code [batch, S]}
     * @param actions current policies' actions {@code [batch, agent, d]}
     * @param noise standard normal {@code [batch, L, latent]}
     * @param beta variance of the decoder is beta/4
     * @return log β̂ {@code [batch, agent]}
     */
    Tensor logDensity(Tensor state, Tensor actions, Tensor noise, double beta) {
        long batch = actions.size(0);
        long agents = actions.size(1);
        long samples = noise.size(1);
        Posterior posterior = encode(state, actions.reshape(batch, -1));
        Tensor latents =
                posterior.mean().unsqueeze(1).add(posterior.deviation().unsqueeze(1).mul(noise));
        Tensor decoded = decodeAll(state, latents).view(batch, samples, agents, -1);
        double deviation = Math.sqrt(beta / 4);
        Tensor error = actions.unsqueeze(1).sub(decoded).div(new Scalar(deviation));
        double constant = -actions.size(2) * (Math.log(deviation) + 0.5 * LOG_TWO_PI);
        Tensor likelihood = error.square().sum(3).mul(new Scalar(-0.5)).add(new Scalar(constant));
        // log N(z; 0, 1) − log q(z | s, a): the constants of both cancel.
        Tensor latentTerms =
                noise.square()
                        .sub(latents.square())
                        .mul(new Scalar(0.5))
                        .add(posterior.logDeviation().unsqueeze(1))
                        .sum(2);
        return likelihood
                .add(latentTerms.unsqueeze(2))
                .logsumexp(1)
                .sub(new Scalar(Math.log(samples)));
    }

    /** Decodes L latents per state; the state's share of the first layer is computed once. */
    private Tensor decodeAll(Tensor state, Tensor latents) {
        long batch = latents.size(0);
        long samples = latents.size(1);
        long stateSize = state.size(1);
        Tensor weight = decoder1.weight().select(0, 0);
        Tensor ofState =
                torch.linear(state, weight.narrow(1, 0, stateSize), decoder1.bias().select(0, 0));
        Tensor ofLatents =
                latents.reshape(batch * samples, latentSize)
                        .matmul(weight.narrow(1, stateSize, latentSize).t());
        Tensor first = ofLatents.view(batch, samples, -1).add(ofState.unsqueeze(1));
        return decodeHidden(first.view(batch * samples, -1));
    }

    private static Tensor apply(Linear layer, Tensor rows) {
        return torch.linear(rows, layer.weight().select(0, 0), layer.bias().select(0, 0));
    }

    /** Width of the latent. */
    int latentSize() {
        return latentSize;
    }

    /** Leaves for the optimiser. */
    List<Tensor> leaves() {
        return parameters.leaves();
    }

    /** Views by the golden files' names, alive as long as this object. */
    Map<String, Tensor> named() {
        return parameters.replica(0, "", owner);
    }

    /** Gradients by the same names, in the caller's scope. */
    Map<String, Tensor> gradients() {
        return parameters.gradients(0, "");
    }

    @Override
    public void close() {
        owner.close();
        parameters.close();
    }
}
