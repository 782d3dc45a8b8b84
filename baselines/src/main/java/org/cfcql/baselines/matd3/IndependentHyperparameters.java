package org.cfcql.baselines.matd3;

import org.cfcql.baselines.actorcritic.PublishedSettings;
import org.cfcql.baselines.actorcritic.TargetNoise;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.nn.InputNormalisation;
import org.cfcql.nn.SoftUpdate;

/**
 * What steers independent critics (spec/algorithms.md 3.5 without penalty and search, 3.12).
 *
 * @param learningRate key {@code lr}: Adam, all networks (2.6)
 * @param discount key {@code gamma}: 0.95 in the published code (D-25)
 * @param targetRate key {@code targetTau}: soft-update rate (2.6)
 * @param hidden key {@code hidden}: width of the hidden layers (2.1)
 * @param normalisation key {@code norm.input}: input normalisation (2.1)
 * @param targetNoise keys {@code targetNoise}, {@code targetNoiseClip}: none in the published code
 * @param gradientClip key {@code gradientClip}: largest norm, per network (2.2)
 * @param actionRegularisation key {@code actionRegularisation}: weight of squared actions (2.4)
 */
record IndependentHyperparameters(
        double learningRate,
        double discount,
        SoftUpdate targetRate,
        int hidden,
        InputNormalisation.Kind normalisation,
        TargetNoise targetNoise,
        double gradientClip,
        double actionRegularisation) {
    static IndependentHyperparameters read(TaskShape task, Settings settings) {
        PublishedSettings published = PublishedSettings.of(task);
        return new IndependentHyperparameters(
                settings.number("lr", published.learningRate(), 0, 1),
                settings.number("gamma", PublishedSettings.DISCOUNT, 0, 1),
                new SoftUpdate(settings.number("targetTau", published.targetRate(), 0, 1)),
                settings.count("hidden", published.hidden(), 1, 4096),
                PublishedSettings.normalisation(settings),
                TargetNoise.read(settings, 0, 0),
                settings.number("gradientClip", 0.5, 1e-9, 1e9),
                settings.number("actionRegularisation", 1e-3, 0, 1e9));
    }
}
