package org.cfcql.parts.discrete;

import org.bytedeco.pytorch.Tensor;
import org.cfcql.learn.Probe;
import org.cfcql.nn.RecurrentNetwork;

/**
 * Double Q-learning over available actions, the value in TD(λ)'s target (spec 1.4, D-8): the online
 * network chooses, its slower copy says what the choice is worth.
 *
 * @param target the slower copy
 * @param probe told what golden files store
 */
public record DoubleQLearning(RecurrentNetwork target, Probe probe) {
    /**
     * Q̄^i at the action that the online network prefers.
     *
     * @param online Q {@code [row, agent, action]}, detached
     * @return {@code [row, agent]}
     */
    public Tensor values(EpisodeRows rows, Tensor online) {
        Tensor targetValues =
                target.frozenUnroll(rows.slots(), rows.observations(), rows.previousActions());
        Tensor greedy = rows.greedy(online);
        if (probe.listening()) {
            probe.value("target_q", rows.padRows(targetValues));
            probe.value("greedy", rows.padRows(greedy));
        }
        return targetValues.gather(2, greedy.unsqueeze(2)).select(2, 0);
    }

    /**
     * Tells the probe of an update.
     *
     * @param values Q {@code [row, agent, action]}
     * @param returns G of the steps
     * @param agent the online network
     */
    public void report(EpisodeRows rows, Tensor values, Tensor returns, RecurrentNetwork agent) {
        if (probe.listening()) {
            probe.value("mask", rows.mask());
            probe.value("q", rows.padRows(values));
            probe.value("target", rows.padSteps(returns));
            probe.gradients("agent", agent.gradients());
        }
    }
}
