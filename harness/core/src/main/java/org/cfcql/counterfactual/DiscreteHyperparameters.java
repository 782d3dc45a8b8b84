package org.cfcql.counterfactual;

import java.util.OptionalDouble;
import org.cfcql.error.UserError;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.nn.TimeSlots;
import org.cfcql.parts.ConservativeTerm;
import org.cfcql.parts.discrete.DiscreteKeys;
import org.cfcql.parts.discrete.TargetCopy;

/**
 * What steers the discrete CFCQL, MACQL and QMIX. Sections are those of
 * docs/specification/algorithms.md.
 *
 * @param penalty which conservative term (spec 1.5, 1.11)
 * @param layout what of the padded batch is computed; both give the same numbers (D-16)
 * @param hidden width of the recurrent network, 64 (spec 1.2)
 * @param embedding width E of the mixer, 32 (spec 1.3)
 * @param hypernet width of the hypernetworks' hidden layers, 64 (spec 1.3)
 * @param learningRate Adam's, 0.001 (spec 1.8)
 * @param gradientClip largest norm over agent and mixer, 10 (spec 1.8)
 * @param discount γ = 0.99 (spec 1.8)
 * @param tdLambda λ of the returns, 0.6; 0.3 for 6h_vs_8z (spec 1.4)
 * @param targetCopy when the targets are copied (spec 1.8, D-7)
 * @param alpha weight of the penalty, per environment and data (spec 1.10)
 * @param weights how agents' penalties are weighed (spec 1.6)
 * @param samples N = 100 joint samples, MACQL (spec 1.11)
 * @param availableOnly MACQL draws available actions only and weighs them ({@code fixed}, D-11)
 * @param behaviour training of the behaviour model (spec 1.7)
 */
public record DiscreteHyperparameters(
        ConservativeTerm penalty,
        TimeSlots.Layout layout,
        int hidden,
        int embedding,
        int hypernet,
        double learningRate,
        double gradientClip,
        double discount,
        double tdLambda,
        TargetCopy targetCopy,
        double alpha,
        AgentWeights weights,
        int samples,
        boolean availableOnly,
        Behaviour behaviour) {
    private static final double LARGE = 1e9;

    /**
     * Training of the behaviour model.
     *
     * @param learningRate Adam's, 0.001
     * @param updates gradient steps; 0 where {@code slots} says how many
     * @param slots sampled slots, ten million as published
     * @param batch episodes per step; 0 for those of training, 128 as published
     */
    public record Behaviour(double learningRate, int updates, int slots, int batch) {
        /** Reads the {@code behaviour} keys. */
        static Behaviour read(Settings settings) {
            int updates = settings.count("behaviour.updates", 0, 0, 1 << 24);
            if (updates > 0) {
                settings.refuseInert("behaviour.slots", "set it or behaviour.updates, not both");
            }
            return new Behaviour(
                    settings.number("behaviour.lr", 0.001, 0, 10),
                    updates,
                    settings.count("behaviour.slots", 10_000_000, 1, 1_000_000_000),
                    settings.count("behaviour.batch", 0, 0, 1 << 20));
        }
    }

    /**
     * Reads every key.
     *
     * @throws UserError for a value out of range, for a key that has no effect beside the others,
     *     or if alpha has no published value and none is set
     */
    public static DiscreteHyperparameters read(
            TaskShape task, Settings settings, ConservativeTerm penalty) {
        DiscretePublished published = DiscretePublished.of(task.environment(), task.datasetKind());
        boolean counterfactual = penalty == ConservativeTerm.COUNTERFACTUAL;
        boolean joint = penalty == ConservativeTerm.JOINT;
        DiscreteHyperparameters parameters =
                new DiscreteHyperparameters(
                        penalty,
                        DiscreteKeys.layout(settings),
                        settings.count("hidden", 64, 1, 1 << 14),
                        settings.count("mixer.embedding", 32, 1, 1 << 14),
                        settings.count("mixer.hypernet", 64, 1, 1 << 14),
                        settings.number("lr", 0.001, 0, 10),
                        settings.number("gradientClip", 10, 1e-9, LARGE),
                        settings.number("gamma", 0.99, 0, 1),
                        settings.number("td.lambda", published.tdLambda(), 0, 1),
                        TargetCopy.read(settings),
                        penalty == ConservativeTerm.NONE
                                ? 0
                                : alpha(task, settings, penalty, published),
                        counterfactual
                                ? AgentWeights.read(settings, published.mode(), published.tau())
                                : AgentWeights.UNIFORM,
                        joint ? settings.count("macql.samples", 100, 1, 1 << 16) : 0,
                        joint
                                && settings.choice("macql.sampling", "code", "code", "fixed")
                                        .equals("fixed"),
                        counterfactual ? Behaviour.read(settings) : new Behaviour(0, 0, 0, 0));
        if (counterfactual) {
            parameters.weights().refuseInertDiscrete(settings);
        }
        return parameters;
    }

    private static double alpha(
            TaskShape task,
            Settings settings,
            ConservativeTerm penalty,
            DiscretePublished published) {
        OptionalDouble known = published.alpha(penalty);
        if (known.isEmpty() && !settings.isGiven("alpha")) {
            throw new UserError(
                    "expected alpha to be set, because there is no published value for "
                            + task.environment()
                            + " with '"
                            + task.datasetKind()
                            + "' data, found none; set alpha in the experiment, for example 50");
        }
        return settings.number("alpha", known.orElse(0), 0, LARGE);
    }

    /** Whether the penalty needs the behaviour model. */
    public boolean needsBehaviour() {
        return penalty == ConservativeTerm.COUNTERFACTUAL
                && weights.mode() != AgentWeights.Mode.UNIFORM;
    }
}
