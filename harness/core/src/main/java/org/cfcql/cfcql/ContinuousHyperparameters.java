package org.cfcql.cfcql;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.cfcql.error.UserError;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.nn.InputNormalisation;

/**
 * What steers the continuous CFCQL, MACQL and their common base. Sections are those of
 * spec/algorithms.md.
 *
 * @param penalty which conservative term (2.3)
 * @param halfCheetah form of the published code: three sample groups and noise on the others'
 *     actions (true) or random actions only (false) (2.3)
 * @param hidden width h of hidden layers: 64 MPE, 256 HalfCheetah (2.1)
 * @param inputNormalisation batch normalisation as published, or an ablation (D-26)
 * @param learningRate Adam's for actors and critic: 0.01 CN, 0.001 PP and World, 3e-4 HalfCheetah
 *     (2.6, D-50)
 * @param actorLearningRate another one for the actors; the same as published
 * @param gradientClip largest norm, per network: 0.5 (2.2, D-35)
 * @param gamma discount: 0.95 everywhere, as the published code runs (D-25)
 * @param targetTau rate of the soft update: 0.01 MPE, 0.005 HalfCheetah (2.6)
 * @param targetNoise deviation of the target actions' noise: 0.05, not clipped (2.2, D-34)
 * @param meanReward mean over agents instead of agent 0's reward (D-27)
 * @param alpha weight of the penalty, per environment and data (2.7); halves the paper's (D-33)
 * @param counterfactualTarget CF_T: counterfactual target values (2.2), off
 * @param counterfactualPolicy CF_P: counterfactual policy improvement (2.4), on for CFCQL; MADDPG's
 *     for MACQL (D-37)
 * @param sampledActions K = 10 samples per group (2.3)
 * @param temperature T = 1 of the log-sum-exp (2.3)
 * @param groups sample groups in the published order (2.3)
 * @param sampleNoise ς = 0.2, deviation of the current and next groups (2.3)
 * @param othersNoise 1e-5, half-width of the noise on the others' actions, HalfCheetah form (2.3)
 * @param densityCorrection subtract log p in the log-sum-exp (2.3); off is {@code --no_soft_q}
 * @param swapDensities published mix-up of current and next densities, CFCQL only (D-30)
 * @param nextIndexOthers next group: others' actions of the next index, else of the data (D-31)
 * @param weights how agents' penalties are weighed (2.5)
 * @param actionRegularisation 1e-3 on squared actions (2.4, D-35)
 * @param behaviourCloning share c of behaviour cloning in the policy loss, 0 ({@code --bc_tau})
 * @param criticPerActor critic updates per actor update, 5 (2.6, D-28)
 * @param vae the density model's own values (2.5)
 */
public record ContinuousHyperparameters(
        Penalty penalty,
        boolean halfCheetah,
        int hidden,
        InputNormalisation.Kind inputNormalisation,
        double learningRate,
        double actorLearningRate,
        double gradientClip,
        double gamma,
        double targetTau,
        double targetNoise,
        boolean meanReward,
        double alpha,
        boolean counterfactualTarget,
        boolean counterfactualPolicy,
        int sampledActions,
        double temperature,
        List<SampleGroup> groups,
        double sampleNoise,
        double othersNoise,
        boolean densityCorrection,
        boolean swapDensities,
        boolean nextIndexOthers,
        AgentWeights weights,
        double actionRegularisation,
        double behaviourCloning,
        int criticPerActor,
        VaeHyperparameters vae) {
    private static final double LARGE = 1e9;

    /** Conservative terms. */
    public enum Penalty {
        /** CFCQL: one agent's actions at a time, others as in the data. */
        COUNTERFACTUAL,
        /** MACQL: joint actions. */
        JOINT,
        /** None: MATD3 with a central critic (3.12). */
        NONE
    }

    /** Where the penalty's actions come from (2.3). */
    public enum SampleGroup {
        RANDOM,
        CURRENT,
        NEXT
    }

    /**
     * Reads every key.
     *
     * @throws UserError for a value out of range, for a key that has no effect beside the others,
     *     or if alpha has no published value and none is set
     */
    public static ContinuousHyperparameters read(
            TaskShape task, Settings settings, Penalty penalty) {
        PublishedHyperparameters published =
                PublishedHyperparameters.of(task.environment(), task.datasetKind());
        boolean halfCheetah =
                settings.choice("form", published.form(), "mpe", "halfcheetah")
                        .equals("halfcheetah");
        boolean counterfactual = penalty == Penalty.COUNTERFACTUAL;
        boolean cql = penalty != Penalty.NONE;
        double learningRate = settings.number("lr", published.learningRate(), 0, 10);
        ContinuousHyperparameters parameters =
                new ContinuousHyperparameters(
                        penalty,
                        halfCheetah,
                        settings.count("hidden", published.hidden(), 1, 1 << 14),
                        InputNormalisation.Kind.valueOf(
                                settings.choice(
                                                "norm.input",
                                                "batchnorm",
                                                "batchnorm",
                                                "none",
                                                "layernorm")
                                        .toUpperCase(Locale.ROOT)),
                        learningRate,
                        settings.number("actorLr", learningRate, 0, 10),
                        settings.number("gradientClip", 0.5, 1e-9, LARGE),
                        settings.number("gamma", 0.95, 0, 1),
                        settings.number("targetTau", published.targetTau(), 0, 1),
                        settings.number("targetNoise", 0.05, 0, 10),
                        settings.choice("reward.aggregation", "agent0", "agent0", "mean")
                                .equals("mean"),
                        cql ? alpha(task, settings, published) : 0,
                        settings.flag("cft", false),
                        counterfactualPolicy(settings, penalty),
                        cql ? settings.count("lse.samples", 10, 1, 10_000) : 0,
                        cql ? settings.number("lse.temperature", 1, 1e-6, LARGE) : 1,
                        cql ? groups(settings, halfCheetah) : List.of(),
                        cql ? settings.number("lse.sampleNoise", 0.2, 1e-9, 10) : 0,
                        counterfactual ? settings.number("lse.othersNoise", 1e-5, 0, 2) : 0,
                        cql && settings.flag("lse.densityCorrection", true),
                        counterfactual
                                && settings.choice("lse.logp", "paired", "paired", "swapped")
                                        .equals("swapped"),
                        counterfactual
                                && settings.choice(
                                                "lse.nextOthers",
                                                "nextIndexAction",
                                                "nextIndexAction",
                                                "datasetAction")
                                        .equals("nextIndexAction"),
                        counterfactual ? AgentWeights.read(settings) : AgentWeights.UNIFORM,
                        settings.number("actionRegularisation", 1e-3, 0, LARGE),
                        settings.number("behaviourCloning", 0, 0, 1),
                        settings.count("criticPerActor", 5, 1, 1000),
                        counterfactual
                                ? VaeHyperparameters.read(settings)
                                : VaeHyperparameters.PUBLISHED);
        parameters.refuseInert(settings);
        return parameters;
    }

    /** Keys that are known here but change nothing with the other keys as they are. */
    private void refuseInert(Settings settings) {
        boolean next = groups.contains(SampleGroup.NEXT);
        boolean current = groups.contains(SampleGroup.CURRENT);
        if (penalty != Penalty.NONE && !next && !current) {
            settings.refuseInert(
                    "lse.sampleNoise", "add current or next to lse.groups or leave it out");
        }
        if (penalty != Penalty.COUNTERFACTUAL) {
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
        weights.refuseInert(settings);
    }

    private static double alpha(
            TaskShape task, Settings settings, PublishedHyperparameters published) {
        OptionalDouble known = published.alpha();
        if (known.isEmpty() && !settings.isGiven("alpha")) {
            throw new UserError(
                    "expected alpha to be set, because there is no published value for "
                            + task.environment()
                            + " with '"
                            + task.datasetKind()
                            + "' data, found none; set alpha in the experiment, for example 0.5");
        }
        return settings.number("alpha", known.orElse(0), 0, LARGE);
    }

    private static boolean counterfactualPolicy(Settings settings, Penalty penalty) {
        return switch (penalty) {
            case COUNTERFACTUAL -> settings.flag("cfp", true);
            case JOINT ->
                    settings.choice("macql.policyImprovement", "maddpg", "maddpg", "counterfactual")
                            .equals("counterfactual");
            case NONE -> settings.flag("cfp", false);
        };
    }

    private static List<SampleGroup> groups(Settings settings, boolean halfCheetah) {
        String all = "random+current+next";
        String word =
                settings.choice(
                        "lse.groups",
                        halfCheetah ? all : "random",
                        all,
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

    /** Whether the penalty needs the density model. */
    public boolean needsDensityModel() {
        return penalty == Penalty.COUNTERFACTUAL && !weights.uniform();
    }
}
