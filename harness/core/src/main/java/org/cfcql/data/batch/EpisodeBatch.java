package org.cfcql.data.batch;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.tensor.TensorFactory;

/**
 * Whole episodes for the discrete branch, padded with zeros to a common number of time slots (spec
 * 1.1). Names and shapes are those of the golden files.
 *
 * <p>An episode of L steps fills slots 0 to L; slot L is the bootstrap slot: real observation,
 * state, availability and an action that was never executed, reward and termination zero. {@code T
 * + 1} is the number of slots: the episode limit plus one, or less if the batch was cut to its
 * longest episode.
 *
 * @param observations {@code [batch, T+1, agent, observation]}
 * @param state {@code [batch, T+1, state]}
 * @param availableActions {@code [batch, T+1, agent, action]}, boolean
 * @param actions {@code [batch, T+1, agent]}, 64-bit integers
 * @param rewards {@code [batch, T+1]}, of the team
 * @param terminated {@code [batch, T+1]}, 1 at the step that ended the episode
 * @param filled {@code [batch, T+1]}, 1 where the episode has a slot
 * @param hostRewards {@code rewards} row by row as the host has them, for what is laid out there
 * @param hostTerminated {@code terminated} likewise
 * @param hostFilled {@code filled} likewise
 */
public record EpisodeBatch(
        Tensor observations,
        Tensor state,
        Tensor availableActions,
        Tensor actions,
        Tensor rewards,
        Tensor terminated,
        Tensor filled,
        double[] hostRewards,
        double[] hostTerminated,
        double[] hostFilled)
        implements Batch {
    /** A batch of which nothing is at the host yet; its small fields are copied there. */
    public EpisodeBatch(
            Tensor observations,
            Tensor state,
            Tensor availableActions,
            Tensor actions,
            Tensor rewards,
            Tensor terminated,
            Tensor filled) {
        this(
                observations,
                state,
                availableActions,
                actions,
                rewards,
                terminated,
                filled,
                TensorFactory.toDoubles(rewards),
                TensorFactory.toDoubles(terminated),
                TensorFactory.toDoubles(filled));
    }

    @Override
    public int size() {
        return (int) filled.size(0);
    }

    /** Number of time slots {@code T + 1}. */
    public int slots() {
        return (int) filled.size(1);
    }

    /** All tensors, for scopes. */
    List<Tensor> tensors() {
        return List.of(observations, state, availableActions, actions, rewards, terminated, filled);
    }
}
