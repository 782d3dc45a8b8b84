package org.cfcql.counterfactual;

import java.util.Locale;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.error.UserError;
import org.cfcql.learn.Settings;

/**
 * Weights λ of the agents' penalties (paper Eq. 8, 9 and B.42; spec 2.5).
 *
 * <p>An agent's deviation from the data is {@code −log β̂_j} ({@code kl}, as the published code
 * does: λ_j ∝ β̂_j^(−τ)) or {@code 1/β̂_j} ({@code ratio}, as Eq. 9 with B.42 reads).
 *
 * @param mode uniform 1/n, softmax of τ times the deviation (Eq. 9), or its arg-max (τ → ∞, Eq. 8)
 * @param tau τ
 * @param minus more weight for the agent closest to the data (B.41 as printed; D-1)
 * @param ratio deviation 1/β̂ instead of its logarithm (D-2, D-38)
 */
public record AgentWeights(Mode mode, double tau, boolean minus, boolean ratio) {
    private static final double LARGEST_EXPONENT = 40;

    /** 1/n each. */
    public static final AgentWeights UNIFORM = new AgentWeights(Mode.UNIFORM, 0, false, false);

    /** Kinds of weighing. */
    public enum Mode {
        UNIFORM,
        SOFTMAX,
        ARGMAX
    }

    /** Reads the {@code lambda} keys. */
    static AgentWeights read(Settings settings) {
        return read(settings, "uniform", 0);
    }

    /** Reads the {@code lambda} keys with other defaults. */
    static AgentWeights read(Settings settings, String defaultMode, double defaultTau) {
        String mode = settings.choice("lambda.mode", defaultMode, "uniform", "softmax", "argmax");
        return new AgentWeights(
                Mode.valueOf(mode.toUpperCase(Locale.ROOT)),
                settings.number("lambda.tau", defaultTau, 0, 1e9),
                settings.choice("lambda.sign", "plus", "plus", "minus").equals("minus"),
                settings.choice("lambda.measure", "kl", "kl", "ratio").equals("ratio"));
    }

    /**
     * Refuses keys that cannot matter in this mode, and a softmax without a τ.
     *
     * @throws UserError for the first of them
     */
    void refuseInert(Settings settings) {
        String advice = "set lambda.mode: softmax or leave it out";
        refuseInertTau(settings);
        if (mode != Mode.SOFTMAX) {
            settings.refuseInert("lambda.measure", advice);
        } else if (!settings.isGiven("lambda.tau")) {
            throw new UserError(
                    "expected lambda.tau beside lambda.mode softmax, found none; set it, for"
                            + " example to 0.5");
        }
        if (mode == Mode.UNIFORM) {
            settings.refuseInert("lambda.sign", advice);
            settings.refuseInert("vae.", advice);
        }
    }

    /**
     * Refuses keys that cannot matter in this mode of the discrete branch, where the measure
     * decides among actions also for the arg-max.
     *
     * @throws UserError for the first of them
     */
    void refuseInertDiscrete(Settings settings) {
        refuseInertTau(settings);
        if (mode == Mode.UNIFORM) {
            String advice = "set lambda.mode: softmax or argmax, or leave it out";
            settings.refuseInert("lambda.sign", advice);
            settings.refuseInert("lambda.measure", advice);
            settings.refuseInert("behaviour.", advice);
        }
    }

    private void refuseInertTau(Settings settings) {
        if (mode != Mode.SOFTMAX) {
            settings.refuseInert("lambda.tau", "set lambda.mode: softmax or leave it out");
        }
    }

    /** Whether the weights are 1/n whatever the densities. */
    boolean uniform() {
        return mode == Mode.UNIFORM || (mode == Mode.SOFTMAX && tau == 0);
    }

    /**
     * The weights.
     *
     * @param logDensity log β̂ {@code [batch, agent]}
     * @return λ {@code [batch, agent]}, rows sum to 1
     */
    Tensor weigh(Tensor logDensity) {
        Tensor deviation = logDensity.neg();
        // The arg-max is that of any increasing function: the logarithm cannot overflow.
        if (ratio && mode != Mode.ARGMAX) {
            deviation = exponential(deviation);
        }
        return ofDeviation(deviation);
    }

    /**
     * The weights of given deviations (Eq. 9; the arg-max is Eq. 8).
     *
     * @param deviation of each agent from the data {@code [batch, agent]}
     * @return λ {@code [batch, agent]}, rows sum to 1
     */
    Tensor ofDeviation(Tensor deviation) {
        Tensor signed = minus ? deviation.neg() : deviation;
        if (mode == Mode.ARGMAX) {
            Tensor first = signed.argmax(new LongOptional(1), false);
            return torch.one_hot(first, deviation.size(1)).to(deviation.scalar_type());
        }
        return signed.mul(new Scalar(tau)).softmax(1);
    }

    /**
     * exp(x) up to a shift per row, which the softmax does not see. Beyond exp(40), where the
     * softmax is an arg-max already, it goes on as a line: infinities would make the softmax NaN, a
     * bound would make ties of what differs.
     */
    private Tensor exponential(Tensor x) {
        Tensor bend = x.sub(new Scalar(LARGEST_EXPONENT)).relu().add(new Scalar(1.0));
        Tensor grown = x.clamp_max(new Scalar(LARGEST_EXPONENT)).exp().mul(bend);
        // After the sign and τ the largest entry of a row is 0: no product overflows upwards.
        Tensor top = minus ? grown.amin(new long[] {1}, true) : grown.amax(new long[] {1}, true);
        return grown.sub(top);
    }
}
