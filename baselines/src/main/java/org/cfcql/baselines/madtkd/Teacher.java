package org.cfcql.baselines.madtkd;

import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.budget.Role;
import org.cfcql.data.batch.EpisodeBatch;
import org.cfcql.error.UserError;
import org.cfcql.learn.AdamSettings;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.Optimiser;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.nn.TimeSlots;
import org.cfcql.parts.LossReport;
import org.cfcql.parts.discrete.DiscreteKeys;
import org.cfcql.parts.discrete.EpisodeRows;

/**
 * The centralised teacher (spec 3.10): one sequence per time step, a token per agent, so that agent
 * i sees the observations of agents up to i. It is trained alone, before the student, to clone the
 * data; later only its feature head is refreshed.
 */
final class Teacher implements AutoCloseable {
    /** Golden name. */
    static final String NAME = "teacher";

    private static final double BETA_1 = 0.9;
    private static final double BETA_2 = 0.95;
    private static final double EPSILON = 1e-8;

    private final TaskShape task;
    private final Hyperparameters keys;
    private final LearnerContext context;
    private final TokenTransformer network;
    private final Optimiser optimiser;
    private final LossReport losses;

    /**
     * What teacher and student share.
     *
     * @param layout key {@code sequences}: which rows of the padded batch are there; the networks
     *     read the steps in either case
     * @param shape keys {@code width}, {@code layers}, {@code heads}: 32, 1, 1 (spec 3.10)
     * @param learningRate key {@code lr}: AdamW's, 0.0005 (spec 3.10)
     * @param weightDecay key {@code weightDecay}: 0.1, of linear weights (spec 3.10)
     */
    record Hyperparameters(
            TimeSlots.Layout layout,
            TokenTransformer.Shape shape,
            double learningRate,
            double weightDecay) {
        static Hyperparameters read(Settings settings) {
            int heads = settings.count("heads", 1, 1, 1 << 8);
            int width = settings.count("width", 32, heads, 1 << 14);
            if (width % heads != 0) {
                throw new UserError(
                        "expected madtkd.width to be a multiple of madtkd.heads, found "
                                + width
                                + " and "
                                + heads
                                + "; change one of them in the experiment");
            }
            return new Hyperparameters(
                    DiscreteKeys.layout(settings),
                    new TokenTransformer.Shape(
                            width, settings.count("layers", 1, 1, 1 << 8), heads),
                    settings.number("lr", 0.0005, 0, 10),
                    settings.number("weightDecay", 0.1, 0, 10));
        }

        /** AdamW as published. */
        AdamSettings adam() {
            return new AdamSettings(learningRate, BETA_1, BETA_2, EPSILON, weightDecay);
        }
    }

    /** With an AdamW of its own, whose steps are auxiliary. */
    Teacher(TaskShape task, Hyperparameters keys, LearnerContext context) {
        this.task = task;
        this.keys = keys;
        this.context = context;
        network = new TokenTransformer(NAME, keys.shape(), 2 * task.agents() + 2, task, context);
        optimiser = optimiser(NAME, Role.AUXILIARY, network, keys, context);
        losses = new LossReport(NAME, context);
    }

    /** AdamW that decays linear weights only. */
    static Optimiser optimiser(
            String name,
            Role role,
            TokenTransformer network,
            Hyperparameters keys,
            LearnerContext context) {
        return context.adam(
                name, role, network.decayedLeaves(), network.undecayedLeaves(), keys.adam());
    }

    /**
     * What was read {@code [step, agent, E]} of the steps of a batch.
     *
     * @param observations of the steps, {@code [step, agent, observation]}
     */
    Tensor read(TokenTransformer.Pass pass, EpisodeRows rows, Tensor observations) {
        // The published teacher counts times from one.
        Tensor times = rows.stepTimes().add(new Scalar(1L));
        Tensor tokens = pass.observations(observations).add(pass.times(times).unsqueeze(1));
        return pass.read(tokens.add_(pass.positions(task.agents())));
    }

    /** One step of cloning the data: minimise −mean log π(a). */
    void pretrain(EpisodeBatch batch) {
        try (PointerScope scope = new PointerScope()) {
            EpisodeRows rows =
                    new EpisodeRows(
                            batch, keys.layout(), task.actionSpace().size(), context.tensors());
            TokenTransformer.Pass pass = network.pass();
            Tensor read = read(pass, rows, rows.steps(rows.observations()));
            ActionDistribution policy =
                    ActionDistribution.of(pass.logits(read), ActionDistribution.unavailable(rows));
            Tensor logProbability = policy.ofData(rows);
            Tensor loss = logProbability.mean().neg();
            losses.record("teacherLoss", "loss", loss);
            loss.backward();
            Probe probe = context.probe();
            if (probe.listening()) {
                probe.value("mask", rows.mask());
                probe.value("probability", rows.padSteps(policy.probabilities()));
                probe.value("log_prob", rows.padSteps(logProbability));
                probe.gradients(NAME, network.gradients());
            }
            optimiser.step();
        }
    }

    /** The network. */
    TokenTransformer network() {
        return network;
    }

    /** Constants it was made with. */
    Hyperparameters keys() {
        return keys;
    }

    /** Its loss in the last step of its training. */
    Map<String, Double> metrics() {
        return losses.last();
    }

    /** The network under its golden name. */
    NamedNetwork named() {
        return network.named();
    }

    @Override
    public void close() {
        losses.close();
        network.close();
    }
}
