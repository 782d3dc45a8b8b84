package org.cfcql.counterfactual;

import org.cfcql.learn.Settings;

/**
 * What steers the density model (spec 2.5).
 *
 * @param hidden width of hidden layers, 750
 * @param latent components of the latent, 12 in all four published tasks; 0 for two per component
 *     of the joint action, which is the same number there
 * @param samples latents L per density, 20
 * @param beta weight of the divergence and variance of the decoder, 0.5
 * @param learningRate Adam's, 1e-4
 * @param updates length of training, 100 001
 * @param batch transitions per update, 256
 */
public record VaeHyperparameters(
        int hidden,
        int latent,
        int samples,
        double beta,
        double learningRate,
        int updates,
        int batch) {
    /** The published values. */
    public static final VaeHyperparameters PUBLISHED =
            new VaeHyperparameters(750, 0, 20, 0.5, 1e-4, 100_001, 256);

    /** Components of the latent for a joint action of D components. */
    int latentSize(int actionSize) {
        return latent == 0 ? 2 * actionSize : latent;
    }

    /** Reads every key. */
    public static VaeHyperparameters read(Settings settings) {
        return new VaeHyperparameters(
                settings.count("vae.hidden", PUBLISHED.hidden, 1, 1 << 14),
                settings.count("vae.latent", PUBLISHED.latent, 0, 1 << 14),
                settings.count("vae.samples", PUBLISHED.samples, 1, 10_000),
                settings.number("vae.beta", PUBLISHED.beta, 1e-9, 1e9),
                settings.number("vae.lr", PUBLISHED.learningRate, 0, 10),
                settings.count("vae.updates", PUBLISHED.updates, 0, Integer.MAX_VALUE),
                settings.count("vae.batch", PUBLISHED.batch, 1, 1 << 24));
    }
}
