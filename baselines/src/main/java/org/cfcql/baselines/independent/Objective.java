package org.cfcql.baselines.independent;

import org.bytedeco.pytorch.Tensor;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.learn.LearnerContext;
import org.cfcql.nn.TwinCritic;
import org.cfcql.parts.LossReport;

/** What an agent's policy minimises, by its critic after the critic's step. */
@FunctionalInterface
public interface Objective {
    /**
     * The loss.
     *
     * @param improvement the agent's policy on the batch and what it is judged by
     * @return scalar with history of the policy
     */
    Tensor loss(Improvement improvement);

    /**
     * One agent before its policy's step.
     *
     * @param data its own columns, {@code [batch, 1, ...]}; the state is its observation
     * @param policy π(o) {@code [batch, 1, action]}
     * @param critic its critic, to be asked without gradients for its parameters
     * @param context noise and probe
     * @param losses numbers for the metrics
     */
    record Improvement(
            TransitionBatch data,
            Tensor policy,
            TwinCritic critic,
            LearnerContext context,
            LossReport losses) {}
}
