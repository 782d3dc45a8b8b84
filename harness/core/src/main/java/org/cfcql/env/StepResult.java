package org.cfcql.env;

import java.util.Map;

/**
 * What a step brought, for all environments of a vector; rows of environments that were not active
 * are stale.
 *
 * @param observations what agents see after the step (the final observation where an episode ended)
 * @param rewards {@code [E]} or {@code [E, agent]}
 * @param terminated {@code [E]}, 1 where the task ended by its own rules
 * @param truncated {@code [E]}, 1 where the limit cut the episode
 * @param info per name one number per environment, in the order of the specification
 */
public record StepResult(
        Observations observations,
        float[] rewards,
        byte[] terminated,
        byte[] truncated,
        Map<String, double[]> info) {}
