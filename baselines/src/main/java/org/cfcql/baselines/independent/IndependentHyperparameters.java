package org.cfcql.baselines.independent;

import java.util.Optional;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.nn.SoftUpdate;
import org.cfcql.parts.continuous.ContinuousKeys;
import org.cfcql.parts.continuous.TargetNoise;
import org.cfcql.parts.penalty.PenaltyHyperparameters;

/**
 * What steers independent critics (spec 3.5).
 *
 * @param common keys {@code lr}, {@code hidden}, {@code norm.input}
 * @param discount key {@code gamma}: 0.95 in the published code (D-25)
 * @param targetRate key {@code targetTau}: soft-update rate (spec 2.6)
 * @param targetNoise keys {@code targetNoise}, {@code targetNoiseClip}: none in the published code
 * @param gradientClip key {@code gradientClip}: largest norm, per network, 0.5 (spec 2.2)
 * @param penalty conservative term of the critics, if there is one
 */
public record IndependentHyperparameters(
        ContinuousKeys common,
        double discount,
        SoftUpdate targetRate,
        TargetNoise targetNoise,
        double gradientClip,
        Optional<PenaltyHyperparameters> penalty) {
    /** Key of the weight of squared actions, 1e-3 as published (spec 2.4). */
    private static final String REGULARISATION = "actionRegularisation";

    /** Reads the keys, with OMAR's published values as defaults. */
    public static IndependentHyperparameters read(
            TaskShape task,
            Settings settings,
            ContinuousKeys common,
            Optional<PenaltyHyperparameters> penalty) {
        return new IndependentHyperparameters(
                common,
                settings.number("gamma", ContinuousKeys.DISCOUNT, 0, 1),
                new SoftUpdate(settings.number("targetTau", ContinuousKeys.targetRate(task), 0, 1)),
                TargetNoise.read(settings, 0, 0),
                settings.number("gradientClip", 0.5, 1e-9, 1e9),
                penalty);
    }

    /** Reads the key {@code actionRegularisation} of an objective. */
    public static ValueObjective objective(Settings settings) {
        return new ValueObjective(settings.number(REGULARISATION, 1e-3, 0, 1e9));
    }
}
