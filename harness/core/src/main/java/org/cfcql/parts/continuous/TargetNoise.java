package org.cfcql.parts.continuous;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.learn.Noise;
import org.cfcql.learn.Settings;

/**
 * TD3's smoothing of target actions (spec 2.2 and 3.9).
 *
 * @param scale standard deviation of the noise; 0 for none
 * @param clip bound of the noise; 0 for none
 */
public record TargetNoise(double scale, double clip) {
    /** Reads the keys {@code targetNoise} and {@code targetNoiseClip}. */
    public static TargetNoise read(Settings settings, double scale, double clip) {
        TargetNoise noise =
                new TargetNoise(
                        settings.number("targetNoise", scale, 0, 10),
                        settings.number("targetNoiseClip", clip, 0, 10));
        if (noise.scale() == 0) {
            settings.refuseInert("targetNoiseClip", "set targetNoise above 0 or leave it out");
        }
        return noise;
    }

    /**
     * clip(actions + clip(scale·ε, ±clip), ±1), ε drawn under the name {@code target_noise}.
     *
     * @param actions {@code [batch, agent, action]}
     */
    public Tensor smooth(Tensor actions, Noise noise) {
        if (scale == 0) {
            return actions;
        }
        Tensor drawn =
                noise.normal("target_noise", actions.size(0), actions.size(1), actions.size(2))
                        .mul(new Scalar(scale));
        return within(actions.add(clip == 0 ? drawn : within(drawn, clip)), 1);
    }

    private static Tensor within(Tensor values, double bound) {
        return values.clamp(
                new ScalarOptional(new Scalar(-bound)), new ScalarOptional(new Scalar(bound)));
    }
}
