package org.cfcql.learn;

import org.cfcql.env.ActionSpace;

/**
 * The sizes and names a learner is built for.
 *
 * @param environment environment id, the key of published hyper-parameters
 * @param datasetKind kind of data, the other key: {@code random}, {@code medium-replay}, {@code
 *     medium}, {@code expert}, or any other name for which there are no published values
 * @param agents number of learned agents n
 * @param observationSize width of one agent's observation O
 * @param stateSize width of the state S
 * @param actionSpace what one agent may do
 * @param episodeLimit steps of the longest episode T
 */
public record TaskShape(
        String environment,
        String datasetKind,
        int agents,
        int observationSize,
        int stateSize,
        ActionSpace actionSpace,
        int episodeLimit) {
    /** The family of algorithms that it is for. */
    public Branch branch() {
        return Branch.of(actionSpace);
    }
}
