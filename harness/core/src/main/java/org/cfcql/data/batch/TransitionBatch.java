package org.cfcql.data.batch;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Transitions for the continuous branch. Names and shapes are those of the golden files.
 *
 * @param observations {@code [batch, agent, observation]}
 * @param actions {@code [batch, agent, dimension]}
 * @param rewards {@code [batch, agent]}; a team reward is repeated
 * @param dones {@code [batch, agent]}, 1 where the paper's convention forbids to bootstrap
 * @param nextObservations {@code [batch, agent, observation]}
 * @param nextActions {@code [batch, agent, dimension]}, the actions stored at the next buffer index
 *     (index + 1 modulo size, across episode ends: spec 2.2)
 * @param state {@code [batch, state]}
 * @param nextState {@code [batch, state]}
 */
public record TransitionBatch(
        Tensor observations,
        Tensor actions,
        Tensor rewards,
        Tensor dones,
        Tensor nextObservations,
        Tensor nextActions,
        Tensor state,
        Tensor nextState)
        implements Batch {
    @Override
    public int size() {
        return (int) observations.size(0);
    }

    /**
     * One agent's own columns as a batch of a task with that agent alone, whose state is its
     * observation: views {@code [batch, 1, ...]} in the caller's scope.
     */
    public TransitionBatch ofAgent(int index) {
        return new TransitionBatch(
                observations.narrow(1, index, 1),
                actions.narrow(1, index, 1),
                rewards.narrow(1, index, 1),
                dones.narrow(1, index, 1),
                nextObservations.narrow(1, index, 1),
                nextActions == null ? null : nextActions.narrow(1, index, 1),
                observations.select(1, index),
                nextObservations.select(1, index));
    }

    /** All tensors, for scopes. */
    List<Tensor> tensors() {
        return List.of(
                observations,
                actions,
                rewards,
                dones,
                nextObservations,
                nextActions,
                state,
                nextState);
    }
}
