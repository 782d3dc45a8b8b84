package org.cfcql.env;

import java.util.List;
import java.util.Map;

/**
 * What a bridge says an environment is (docs/specification/environments.md 9.3).
 *
 * @param id environment id, for example {@code mpe/simple_spread}
 * @param agents names of the learned agents, in order
 * @param observationSize width of one agent's observation
 * @param stateSize width of the global state
 * @param stateIsObservations the state is the concatenation of the observations and is not sent
 * @param actionSpace what one agent may do
 * @param masked whether available actions are sent
 * @param episodeLimit steps after which an episode is cut
 * @param timeoutKind what the paper makes of the limit
 * @param perAgentReward whether each agent has its own reward (else one team reward)
 * @param paperReduction how the paper turns rewards into a score: {@code mean} over agents, {@code
 *     agent0} or {@code team}
 * @param infoNames names of the info arrays, one number per environment and step
 * @param seeding seeding class: {@code per_episode}, {@code per_process} or {@code none}
 * @param determinism {@code bitwise}, {@code same_build} or {@code unreproducible}
 * @param fingerprint SHA-256 of everything that can change the environment's numbers
 * @param ingredients what the fingerprint was computed from, for people to read
 */
public record EnvironmentSpec(
        String id,
        List<String> agents,
        int observationSize,
        int stateSize,
        boolean stateIsObservations,
        ActionSpace actionSpace,
        boolean masked,
        int episodeLimit,
        TimeoutKind timeoutKind,
        boolean perAgentReward,
        String paperReduction,
        List<String> infoNames,
        String seeding,
        String determinism,
        String fingerprint,
        Map<String, String> ingredients) {

    /** What the paper's learners make of an episode that reaches its limit. */
    public enum TimeoutKind {
        /** The limit ends the task: no bootstrap (SMAC, Equal Line). */
        TERMINAL,
        /** The limit cuts the episode: bootstrap from the next observation (MPE, MaMuJoCo). */
        TRUNCATION,
        /** Single transitions of a continuing task (toy). */
        BOOTSTRAP
    }

    /** Copies the collections. */
    public EnvironmentSpec {
        agents = List.copyOf(agents);
        infoNames = List.copyOf(infoNames);
    }
}
