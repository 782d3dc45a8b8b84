package org.cfcql.env;

/**
 * What agents see, for all environments of a vector, row-major.
 *
 * @param environments number of environments E
 * @param observations {@code [E, agent, observation]}
 * @param state {@code [E, state]}; where the state is the observations concatenated, the same array
 *     as {@code observations}
 * @param availableActions {@code [E, agent, action]}, 1 where available; empty for unmasked tasks
 */
public record Observations(
        int environments, float[] observations, float[] state, byte[] availableActions) {}
