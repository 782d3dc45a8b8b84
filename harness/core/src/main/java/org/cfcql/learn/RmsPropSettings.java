package org.cfcql.learn;

/**
 * RMSprop's constants.
 *
 * @param learningRate step size
 * @param decay how much of the second moment stays in a step
 * @param epsilon added to the root of the second moment
 */
public record RmsPropSettings(double learningRate, double decay, double epsilon) {
    /** Those of the published discrete learners with a learning rate (spec 0.4). */
    public static RmsPropSettings of(double learningRate) {
        return new RmsPropSettings(learningRate, 0.99, 1e-5);
    }
}
