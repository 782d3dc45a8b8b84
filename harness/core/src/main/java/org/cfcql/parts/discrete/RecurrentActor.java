package org.cfcql.parts.discrete;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.Optimiser;
import org.cfcql.learn.Policy;
import org.cfcql.learn.RecurrentPolicy;
import org.cfcql.learn.TaskShape;
import org.cfcql.nn.GradientClipping;
import org.cfcql.nn.RecurrentNetwork;
import org.cfcql.nn.TrainingPass;
import org.cfcql.parts.LossReport;

/**
 * The recurrent policy that all agents share: a softmax over available actions (spec 1.2, 3.2),
 * acting greedily.
 */
public final class RecurrentActor implements AutoCloseable {
    private static final String NAME = "agent";
    private static final double NO_LOGIT = -1e10;

    private final RecurrentNetwork network;
    private final LearnerContext context;
    private final int observation;

    /** The pass that the next step goes back through; its tensors belong to the update's scope. */
    private TrainingPass unrolled;

    /** A network with fresh parameters; two of them are exact copies. */
    public RecurrentActor(TaskShape task, int hidden, LearnerContext context) {
        this.context = context;
        observation = task.observationSize();
        network = EpisodeNetworks.recurrent(task, hidden, NAME, context);
    }

    /**
     * log π {@code [row, agent, action]}, -1e10 and less where unavailable, for the next {@link
     * #step}.
     */
    public Tensor logProbabilities(EpisodeRows rows) {
        unrolled =
                network.trainingUnroll(rows.slots(), rows.observations(), rows.previousActions());
        return masked(rows, unrolled.values());
    }

    /** As {@link #logProbabilities}, without gradients. */
    public Tensor frozenLogProbabilities(EpisodeRows rows) {
        return masked(
                rows,
                network.frozenUnroll(rows.slots(), rows.observations(), rows.previousActions()));
    }

    private static Tensor masked(EpisodeRows rows, Tensor values) {
        return values.masked_fill(rows.available().logical_not(), new Scalar(NO_LOGIT))
                .log_softmax(2);
    }

    /**
     * One step down a loss of the last {@link #logProbabilities}, told to {@code losses} as {@code
     * policyLoss}.
     *
     * @param optimiser over {@link #network}'s leaves
     */
    public void step(
            Tensor loss, Optimiser optimiser, GradientClipping clipping, LossReport losses) {
        losses.record("policyLoss", "policy_loss", loss);
        loss.backward();
        unrolled.propagate();
        losses.record(
                "policyGradientNorm", "policy_grad_norm", clipping.clipJointly(network.leaves()));
        if (context.probe().listening()) {
            context.probe().gradients(NAME, network.gradients());
        }
        optimiser.step();
    }

    /** The network itself. */
    public RecurrentNetwork network() {
        return network;
    }

    /** Greedy decisions. */
    public Policy policy() {
        return new RecurrentPolicy(network, context.tensors(), observation);
    }

    /** The network under its golden name, {@code agent} after a prefix. */
    public NamedNetwork named(String prefix) {
        return new NamedNetwork(prefix + NAME, network.named());
    }

    @Override
    public void close() {
        network.close();
    }
}
