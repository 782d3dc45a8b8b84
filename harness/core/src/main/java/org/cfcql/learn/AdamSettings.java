package org.cfcql.learn;

/**
 * Adam's constants.
 *
 * @param learningRate step size
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the root of the second moment
 * @param weightDecay decoupled weight decay (AdamW); 0 for none
 */
public record AdamSettings(
        double learningRate, double beta1, double beta2, double epsilon, double weightDecay) {
    /** PyTorch's defaults with a learning rate (spec 0.4). */
    public static AdamSettings of(double learningRate) {
        return new AdamSettings(learningRate, 0.9, 0.999, 1e-8, 0);
    }
}
