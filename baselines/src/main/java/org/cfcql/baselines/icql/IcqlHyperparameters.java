package org.cfcql.baselines.icql;

import org.cfcql.learn.Settings;
import org.cfcql.nn.TimeSlots;
import org.cfcql.parts.discrete.DiscreteKeys;
import org.cfcql.parts.discrete.TargetCopy;

/**
 * What steers ICQL (spec 3.6).
 *
 * @param layout key {@code sequences}: what of the padded batch is computed
 * @param hidden key {@code hidden}: width of the recurrent network, 64
 * @param learningRate key {@code lr}: Adam's, 0.001
 * @param gradientClip key {@code gradientClip}: 10
 * @param discount key {@code gamma}: 0.99
 * @param tdLambda key {@code td.lambda}: 0.6
 * @param targetCopy keys {@code target}
 * @param alpha key {@code alpha}: 50 in the published configuration
 */
record IcqlHyperparameters(
        TimeSlots.Layout layout,
        int hidden,
        double learningRate,
        double gradientClip,
        double discount,
        double tdLambda,
        TargetCopy targetCopy,
        double alpha) {
    static IcqlHyperparameters read(Settings settings) {
        return new IcqlHyperparameters(
                DiscreteKeys.layout(settings),
                settings.count("hidden", 64, 1, 1 << 14),
                settings.number("lr", 0.001, 0, 10),
                settings.number("gradientClip", 10, 1e-9, 1e9),
                settings.number("gamma", 0.99, 0, 1),
                settings.number("td.lambda", 0.6, 0, 1),
                TargetCopy.read(settings),
                settings.number("alpha", 50, 0, 1e9));
    }
}
