package org.cfcql.counterfactual;

import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.budget.Role;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.learn.AdamSettings;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.Optimiser;
import org.cfcql.parts.LossReport;

/** Fits the density model to the data (spec 2.5, {@code train_vae.py}). */
final class VaeTraining implements AutoCloseable {
    private final VariationalAutoencoder model;
    private final double beta;
    private final LearnerContext context;
    private final Optimiser optimiser;
    private final LossReport losses;

    VaeTraining(
            VariationalAutoencoder model, VaeHyperparameters parameters, LearnerContext context) {
        this.model = model;
        this.beta = parameters.beta();
        this.context = context;
        losses = new LossReport(VaeBehaviour.ID, context);
        this.optimiser =
                context.adam(
                        "vae",
                        Role.AUXILIARY,
                        model.leaves(),
                        AdamSettings.of(parameters.learningRate()));
    }

    /** One step on reconstruction error plus β times the divergence from the prior. */
    void update(TransitionBatch batch) {
        try (PointerScope scope = new PointerScope()) {
            long size = batch.size();
            Tensor actions = batch.actions().reshape(size, -1);
            Tensor state = batch.state();
            Tensor noise = context.noise().normal("latents", size, model.latentSize());
            VariationalAutoencoder.Posterior posterior = model.encode(state, actions);
            Tensor latents = posterior.mean().add(posterior.deviation().mul(noise));
            Tensor reconstruction = model.decode(state, latents);
            Tensor reconstructionLoss = torch.mse_loss(reconstruction, actions);
            Tensor divergence = divergence(posterior);
            Tensor loss = reconstructionLoss.add(divergence, new Scalar(beta));
            report(posterior, reconstruction, reconstructionLoss, divergence, loss);
            loss.backward();
            context.probe().gradients("vae", model.gradients());
            optimiser.step();
        }
    }

    /** Mean over rows and latents of −½(1 + log σ² − μ² − σ²). */
    private static Tensor divergence(VariationalAutoencoder.Posterior posterior) {
        return posterior
                .logDeviation()
                .mul(new Scalar(2.0))
                .sub(posterior.mean().square())
                .sub(posterior.deviation().square())
                .add(new Scalar(1.0))
                .mean()
                .mul(new Scalar(-0.5));
    }

    private void report(
            VariationalAutoencoder.Posterior posterior,
            Tensor reconstruction,
            Tensor reconstructionLoss,
            Tensor divergence,
            Tensor loss) {
        losses.record("vaeLoss", "loss", loss);
        losses.record("vaeReconstructionLoss", "reconstruction_loss", reconstructionLoss);
        losses.record("vaeDivergence", "kl_loss", divergence);
        context.probe().value("reconstruction", reconstruction);
        context.probe().value("latent_mean", posterior.mean());
        context.probe().value("latent_std", posterior.deviation());
    }

    Map<String, Double> metrics() {
        return losses.last();
    }

    NamedNetwork network() {
        return new NamedNetwork("vae", model.named());
    }

    @Override
    public void close() {
        losses.close();
    }
}
