package org.cfcql.counterfactual;

import java.util.OptionalDouble;
import org.cfcql.error.UserError;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.nn.SoftUpdate;
import org.cfcql.parts.ConservativeTerm;
import org.cfcql.parts.continuous.ContinuousKeys;
import org.cfcql.parts.continuous.ContinuousPublished;
import org.cfcql.parts.continuous.TeamReward;
import org.cfcql.parts.penalty.PenaltyHyperparameters;
import org.cfcql.parts.penalty.PenaltyHyperparameters.SampleGroup;

/**
 * What steers the continuous CFCQL, MACQL and their common base. Sections are those of
 * docs/specification/algorithms.md.
 *
 * @param penaltyTerm the conservative term and its weight alpha, per environment and data (spec
 *     2.3, 2.7)
 * @param common width h of hidden layers: 64 MPE, 256 HalfCheetah (spec 2.1); batch normalisation
 *     as published, or an ablation (D-26); Adam's learning rate for actors and critic: 0.01 CN,
 *     0.001 PP and World, 3e-4 HalfCheetah (spec 2.6, D-50)
 * @param actorLearningRate another one for the actors; the same as published
 * @param gradientClip largest norm, per network: 0.5 (spec 2.2, D-35)
 * @param discount γ: 0.95 everywhere, as the published code runs (D-25)
 * @param targetRate rate of the soft update: 0.01 MPE, 0.005 HalfCheetah (spec 2.6)
 * @param targetNoise deviation of the target actions' noise: 0.05, not clipped (spec 2.2, D-34)
 * @param reward agent 0's reward, or the mean over agents (D-27)
 * @param counterfactualTarget CF_T: counterfactual target values (spec 2.2), off
 * @param counterfactualPolicy CF_P: counterfactual policy improvement (spec 2.4), on for CFCQL;
 *     MADDPG's for MACQL (D-37)
 * @param weights how agents' penalties are weighed (spec 2.5)
 * @param actionRegularisation 1e-3 on squared actions (spec 2.4, D-35)
 * @param behaviourCloning share c of behaviour cloning in the policy loss, 0 ({@code --bc_tau})
 * @param criticPerActor critic updates per actor update, 5 (spec 2.6, D-28)
 * @param vae the density model's own values (spec 2.5)
 */
public record ContinuousHyperparameters(
        PenaltyHyperparameters penaltyTerm,
        ContinuousKeys common,
        double actorLearningRate,
        double gradientClip,
        double discount,
        SoftUpdate targetRate,
        double targetNoise,
        TeamReward reward,
        boolean counterfactualTarget,
        boolean counterfactualPolicy,
        AgentWeights weights,
        double actionRegularisation,
        double behaviourCloning,
        int criticPerActor,
        VaeHyperparameters vae) {
    private static final double LARGE = 1e9;

    /**
     * Reads every key.
     *
     * @throws UserError for a value out of range, for a key that has no effect beside the others,
     *     or if alpha has no published value and none is set
     */
    public static ContinuousHyperparameters read(
            TaskShape task, Settings settings, ConservativeTerm penalty) {
        ContinuousPublished published =
                ContinuousPublished.of(task.environment(), task.datasetKind());
        boolean halfCheetah =
                settings.choice("form", published.form(), "mpe", "halfcheetah")
                        .equals("halfcheetah");
        boolean counterfactual = penalty == ConservativeTerm.COUNTERFACTUAL;
        ContinuousKeys common = ContinuousKeys.read(task, settings);
        ContinuousHyperparameters parameters =
                new ContinuousHyperparameters(
                        penalty == ConservativeTerm.NONE
                                ? PenaltyHyperparameters.none(halfCheetah)
                                : PenaltyHyperparameters.central(
                                        settings,
                                        penalty,
                                        halfCheetah,
                                        alpha(task, settings, published)),
                        common,
                        settings.number("actorLr", common.learningRate(), 0, 10),
                        settings.number("gradientClip", 0.5, 1e-9, LARGE),
                        settings.number("gamma", ContinuousKeys.DISCOUNT, 0, 1),
                        new SoftUpdate(settings.number("targetTau", published.targetTau(), 0, 1)),
                        settings.number("targetNoise", 0.05, 0, 10),
                        TeamReward.read(settings),
                        settings.flag("cft", false),
                        counterfactualPolicy(settings, penalty),
                        counterfactual ? AgentWeights.read(settings) : AgentWeights.UNIFORM,
                        settings.number("actionRegularisation", 1e-3, 0, LARGE),
                        settings.number("behaviourCloning", 0, 0, 1),
                        settings.count("criticPerActor", 5, 1, 1000),
                        counterfactual
                                ? VaeHyperparameters.read(settings)
                                : VaeHyperparameters.PUBLISHED);
        if (counterfactual) {
            parameters.weights().refuseInert(settings);
        }
        return parameters;
    }

    private static double alpha(TaskShape task, Settings settings, ContinuousPublished published) {
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

    private static boolean counterfactualPolicy(Settings settings, ConservativeTerm penalty) {
        return switch (penalty) {
            case COUNTERFACTUAL -> settings.flag("cfp", true);
            case JOINT ->
                    settings.choice("macql.policyImprovement", "maddpg", "maddpg", "counterfactual")
                            .equals("counterfactual");
            case NONE -> settings.flag("cfp", false);
        };
    }

    /** Which conservative term. */
    public ConservativeTerm penalty() {
        return penaltyTerm.kind();
    }

    /** Whether there is a conservative term to compute: one that counts for nothing is left out. */
    boolean penalises() {
        return penalty() != ConservativeTerm.NONE && alpha() > 0;
    }

    /** Weight of the conservative term. */
    public double alpha() {
        return penaltyTerm.alpha();
    }

    /** Whether targets or penalty take actions of the next buffer index (spec 2.2, 2.3). */
    boolean readsNextActions() {
        boolean inPenalty =
                penalty() == ConservativeTerm.COUNTERFACTUAL
                        && penaltyTerm.nextIndexOthers()
                        && penaltyTerm.groups().contains(SampleGroup.NEXT);
        return counterfactualTarget || inPenalty;
    }

    /** Whether the penalty needs the density model. */
    public boolean needsDensityModel() {
        return penalty() == ConservativeTerm.COUNTERFACTUAL && !weights.uniform();
    }
}
