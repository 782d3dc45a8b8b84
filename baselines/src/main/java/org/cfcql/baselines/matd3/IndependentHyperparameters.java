package org.cfcql.baselines.matd3;

import org.cfcql.baselines.actorcritic.CommonKeys;
import org.cfcql.baselines.actorcritic.TargetNoise;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.nn.SoftUpdate;

/**
 * What steers independent critics (spec/algorithms.md 3.5 without penalty and search, 3.12).
 *
 * @param common keys {@code lr}, {@code hidden}, {@code norm.input}
 * @param discount key {@code gamma}: 0.95 in the published code (D-25)
 * @param targetRate key {@code targetTau}: soft-update rate (2.6)
 * @param targetNoise keys {@code targetNoise}, {@code targetNoiseClip}: none in the published code
 * @param gradientClip key {@code gradientClip}: largest norm, per network (2.2)
 * @param actionRegularisation key {@code actionRegularisation}: weight of squared actions (2.4)
 */
record IndependentHyperparameters(
        CommonKeys common,
        double discount,
        SoftUpdate targetRate,
        TargetNoise targetNoise,
        double gradientClip,
        double actionRegularisation) {
    static IndependentHyperparameters read(TaskShape task, Settings settings) {
        return new IndependentHyperparameters(
                CommonKeys.read(task, settings),
                settings.number("gamma", CommonKeys.DISCOUNT, 0, 1),
                new SoftUpdate(settings.number("targetTau", CommonKeys.targetRate(task), 0, 1)),
                TargetNoise.read(settings, 0, 0),
                settings.number("gradientClip", 0.5, 1e-9, 1e9),
                settings.number("actionRegularisation", 1e-3, 0, 1e9));
    }
}
