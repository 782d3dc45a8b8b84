package org.cfcql.parts.discrete;

import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.budget.Role;
import org.cfcql.data.batch.EpisodeBatch;
import org.cfcql.learn.AdamSettings;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.Optimiser;
import org.cfcql.nn.GradientClipping;
import org.cfcql.nn.RecurrentNetwork;
import org.cfcql.nn.TimeSlots;
import org.cfcql.nn.TrainingPass;
import org.cfcql.parts.LossReport;

/**
 * Fits a recurrent network to the actions of the data (spec 1.7 and 3.3): the mean over steps and
 * agents of −log β(a), β the softmax over available actions.
 */
public final class CloningTraining implements AutoCloseable {
    private static final double NO_LOGIT = -1e10;
    private static final double SMALLEST_PROBABILITY = 1e-10;

    private final String name;
    private final RecurrentNetwork network;
    private final TimeSlots.Layout layout;
    private final LearnerContext context;
    private final Optimiser optimiser;
    private final GradientClipping clipping;
    private final LossReport losses;

    /**
     * Training with an Adam of its own.
     *
     * @param name of the network and of the optimiser
     * @param role what its steps are charged to
     */
    public CloningTraining(
            String name,
            RecurrentNetwork network,
            Role role,
            double learningRate,
            double gradientClip,
            TimeSlots.Layout layout,
            LearnerContext context) {
        this.name = name;
        this.network = network;
        this.layout = layout;
        this.context = context;
        optimiser = context.adam(name, role, network.leaves(), AdamSettings.of(learningRate));
        clipping = new GradientClipping(gradientClip);
        losses = new LossReport(name, context);
    }

    /** One step on a batch of episodes. */
    public void update(EpisodeBatch batch) {
        try (PointerScope scope = new PointerScope()) {
            EpisodeRows rows = new EpisodeRows(batch, layout, network.actions(), context.tensors());
            context.probe().phase("unroll");
            TrainingPass unrolled =
                    network.trainingUnroll(
                            rows.slots(), rows.observations(), rows.previousActions());
            context.probe().phase("loss");
            Tensor available = rows.steps(rows.available());
            Tensor logits = masked(rows.steps(unrolled.values()), available);
            Tensor floor = logits.new_full(new long[0], new Scalar(Math.log(SMALLEST_PROBABILITY)));
            Tensor logProbability = rows.chosen(logits.log_softmax(2).where(available, floor));
            Tensor loss = logProbability.mean().neg();
            losses.record(name + "Loss", "loss", loss);
            context.probe().phase("backward");
            loss.backward();
            unrolled.propagate();
            context.probe().phase("optimiser");
            Tensor norm = clipping.clipJointly(network.leaves());
            losses.record(name + "GradientNorm", "grad_norm", norm);
            report(rows, logits, available, logProbability);
            optimiser.step();
        }
    }

    private void report(EpisodeRows rows, Tensor logits, Tensor available, Tensor logProbability) {
        if (context.probe().listening()) {
            Tensor probability =
                    logits.softmax(2)
                            .masked_fill(available.logical_not(), new Scalar(SMALLEST_PROBABILITY));
            context.probe().value("mask", rows.mask());
            context.probe().value("probability", rows.padSteps(probability));
            context.probe().value("log_prob", rows.padSteps(logProbability));
            context.probe().gradients(name, network.gradients());
        }
    }

    /** Logits with unavailable actions moved out of reach. */
    private static Tensor masked(Tensor logits, Tensor available) {
        return logits.masked_fill(available.logical_not(), new Scalar(NO_LOGIT));
    }

    /** Logits of β for the steps {@code [step, agent, action]}, not masked, without gradients. */
    public Tensor logits(EpisodeRows rows) {
        return rows.steps(
                network.frozenUnroll(rows.slots(), rows.observations(), rows.previousActions()));
    }

    /** β {@code [step, agent, action]} of logits of the same shape. */
    public static Tensor probabilities(Tensor logits, Tensor available) {
        return masked(logits, available).softmax(2);
    }

    /** Losses of the last step. */
    public Map<String, Double> metrics() {
        return losses.last();
    }

    /** The network under its golden name. */
    public NamedNetwork named() {
        return new NamedNetwork(name, network.named());
    }

    /** Gives back what it keeps itself; the network belongs to its maker. */
    @Override
    public void close() {
        losses.close();
    }
}
