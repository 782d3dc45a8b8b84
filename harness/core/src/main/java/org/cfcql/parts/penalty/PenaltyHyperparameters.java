package org.cfcql.parts.penalty;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.cfcql.learn.Settings;
import org.cfcql.parts.ConservativeTerm;

/**
 * What steers the conservative term of a continuous critic (Eq. 7; spec 2.3). Critics of single
 * agents take that of joint actions with one agent (spec 3.5).
 *
 * @param kind which term
 * @param halfCheetah form of the published code: actors are called for samples around their actions
 *     whatever the groups, and CFCQL's other agents get noise
 * @param alpha weight of the term; acts like α/2 in the paper's Eq. 7 (D-33)
 * @param samples K = 10 samples per group
 * @param temperature T = 1 of the log-sum-exp
 * @param groups sample groups in the published order: all three in the form of HalfCheetah, random
 *     actions only in that of MPE (D-29)
 * @param sampleNoise ς = 0.2, deviation of the current and next groups
 * @param othersNoise 1e-5, half-width of the noise on the others' actions, CFCQL's HalfCheetah form
 * @param density what is subtracted from the values in the log-sum-exp
 * @param swapDensities published mix-up of current and next densities, CFCQL only (D-30)
 * @param nextIndexOthers next group: others' actions of the next index, else of the data (D-31)
 */
public record PenaltyHyperparameters(
        ConservativeTerm kind,
        boolean halfCheetah,
        double alpha,
        int samples,
        double temperature,
        List<SampleGroup> groups,
        double sampleNoise,
        double othersNoise,
        Density density,
        boolean swapDensities,
        boolean nextIndexOthers) {
    private static final double LARGE = 1e9;
    private static final String ALL_GROUPS = "random+current+next";

    /** Where the penalty's actions come from. */
    public enum SampleGroup {
        RANDOM,
        CURRENT,
        NEXT
    }

    /** What is subtracted from the values of sampled actions. */
    public enum Density {
        /** log p, as importance sampling wants it. */
        LOGARITHM,
        /** p itself for the current and next groups: the published slip of OMAR (D-60). */
        DENSITY,
        /** Nothing: the published {@code --no_soft_q}. */
        NONE
    }

    /** No conservative term. */
    public static PenaltyHyperparameters none(boolean halfCheetah) {
        return new PenaltyHyperparameters(
                ConservativeTerm.NONE,
                halfCheetah,
                0,
                0,
                1,
                List.of(),
                0,
                0,
                Density.LOGARITHM,
                false,
                false);
    }

    /** Reads the keys of a central critic's term. */
    public static PenaltyHyperparameters central(
            Settings settings, ConservativeTerm kind, boolean halfCheetah, double alpha) {
        boolean counterfactual = kind == ConservativeTerm.COUNTERFACTUAL;
        PenaltyHyperparameters term =
                new PenaltyHyperparameters(
                        kind,
                        halfCheetah,
                        alpha,
                        samples(settings),
                        temperature(settings),
                        groups(settings, halfCheetah),
                        sampleNoise(settings),
                        counterfactual ? settings.number("lse.othersNoise", 1e-5, 0, 2) : 0,
                        settings.flag("lse.densityCorrection", true)
                                ? Density.LOGARITHM
                                : Density.NONE,
                        counterfactual
                                && settings.choice("lse.logp", "paired", "paired", "swapped")
                                        .equals("swapped"),
                        counterfactual
                                && settings.choice(
                                                "lse.nextOthers",
                                                "nextIndexAction",
                                                "nextIndexAction",
                                                "datasetAction")
                                        .equals("nextIndexAction"));
        term.refuseInert(settings);
        return term;
    }

    /**
     * Reads the keys of the term of a critic of one agent (spec 3.5).
     *
     * @throws org.cfcql.error.UserError for a value out of range or a key without effect
     */
    public static PenaltyHyperparameters independent(
            Settings settings, boolean halfCheetah, double alpha) {
        String density = settings.choice("lse.density", "density", "density", "logarithm", "none");
        PenaltyHyperparameters term =
                new PenaltyHyperparameters(
                        ConservativeTerm.JOINT,
                        halfCheetah,
                        alpha,
                        samples(settings),
                        temperature(settings),
                        groups(settings, halfCheetah),
                        sampleNoise(settings),
                        0,
                        Density.valueOf(density.toUpperCase(Locale.ROOT)),
                        false,
                        false);
        term.refuseInert(settings);
        if (!term.moving() && term.density() != Density.NONE) {
            settings.refuseInert(
                    "lse.density", "add current or next to lse.groups or leave it out");
        }
        return term;
    }

    private static int samples(Settings settings) {
        return settings.count("lse.samples", 10, 1, 10_000);
    }

    private static double temperature(Settings settings) {
        return settings.number("lse.temperature", 1, 1e-6, LARGE);
    }

    private static double sampleNoise(Settings settings) {
        return settings.number("lse.sampleNoise", 0.2, 1e-9, 10);
    }

    private static List<SampleGroup> groups(Settings settings, boolean halfCheetah) {
        String word =
                settings.choice(
                        "lse.groups",
                        halfCheetah ? ALL_GROUPS : "random",
                        ALL_GROUPS,
                        "random",
                        "current",
                        "next",
                        "random+current",
                        "random+next",
                        "current+next");
        return Arrays.stream(word.split("\\+"))
                .map(name -> SampleGroup.valueOf(name.toUpperCase(Locale.ROOT)))
                .toList();
    }

    /** Keys that are known here but change nothing with the other keys as they are. */
    private void refuseInert(Settings settings) {
        boolean next = groups.contains(SampleGroup.NEXT);
        boolean current = groups.contains(SampleGroup.CURRENT);
        if (!moving()) {
            settings.refuseInert(
                    "lse.sampleNoise", "add current or next to lse.groups or leave it out");
        }
        if (kind != ConservativeTerm.COUNTERFACTUAL) {
            return;
        }
        if (!next) {
            settings.refuseInert("lse.nextOthers", "add next to lse.groups or leave it out");
        }
        if (!next || !current) {
            settings.refuseInert("lse.logp", "add current and next to lse.groups or leave it out");
        }
        if (!halfCheetah) {
            settings.refuseInert("lse.othersNoise", "set form: halfcheetah or leave it out");
        }
    }

    /** Whether some samples move with the policies. */
    boolean moving() {
        return groups.contains(SampleGroup.CURRENT) || groups.contains(SampleGroup.NEXT);
    }
}
