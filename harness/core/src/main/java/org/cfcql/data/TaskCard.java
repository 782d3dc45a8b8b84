package org.cfcql.data;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;

/**
 * The environment a data set comes from, as its card keeps it.
 *
 * @param environment environment id, for example {@code mpe/simple_spread}
 * @param options options the environment was opened with
 * @param fingerprint fingerprint of the environment; empty where it is unknown (imported data)
 * @param ingredients what the fingerprint was computed from
 * @param agents names of the learned agents, in order
 * @param observationSize width of one agent's observation
 * @param stateSize width of the state
 * @param stateIsObservations whether the state is the observations concatenated and is not stored
 * @param actionSpace what one agent may do
 * @param masked whether available actions are stored
 * @param episodeLimit steps after which an episode is cut
 * @param timeoutKind what the paper's learners make of the limit
 * @param perAgentReward whether each agent has its own reward
 * @param paperReduction how rewards become a return: {@code mean} over agents, {@code agent0} or
 *     {@code team}
 */
public record TaskCard(
        String environment,
        SortedMap<String, String> options,
        String fingerprint,
        SortedMap<String, String> ingredients,
        List<String> agents,
        int observationSize,
        int stateSize,
        boolean stateIsObservations,
        ActionSpace actionSpace,
        boolean masked,
        int episodeLimit,
        TimeoutKind timeoutKind,
        boolean perAgentReward,
        String paperReduction) {
    /** Copies the collections. */
    public TaskCard {
        options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
        ingredients = Collections.unmodifiableSortedMap(new TreeMap<>(ingredients));
        agents = List.copyOf(agents);
    }

    /** The card of an environment opened with these options. */
    public static TaskCard of(EnvironmentSpec spec, Map<String, String> options) {
        return new TaskCard(
                spec.id(),
                new TreeMap<>(options),
                spec.fingerprint(),
                new TreeMap<>(spec.ingredients()),
                spec.agents(),
                spec.observationSize(),
                spec.stateSize(),
                spec.stateIsObservations(),
                spec.actionSpace(),
                spec.masked(),
                spec.episodeLimit(),
                spec.timeoutKind(),
                spec.perAgentReward(),
                spec.paperReduction());
    }

    /** Numbers in one row of rewards: one per agent or one for the team. */
    public int rewardWidth() {
        return perAgentReward ? agents.size() : 1;
    }

    /**
     * The score a step's rewards add to the episode's return.
     *
     * @param rewards array that holds the row
     * @param offset where the row starts
     */
    public double score(float[] rewards, int offset) {
        if (!perAgentReward || paperReduction.equals("agent0")) {
            return rewards[offset];
        }
        double sum = 0;
        for (int agent = 0; agent < agents.size(); agent++) {
            sum += rewards[offset + agent];
        }
        return sum / agents.size();
    }
}
