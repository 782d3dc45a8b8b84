package org.cfcql.env;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a step brought, for all environments of a vector; rows of environments that were not active
 * are stale.
 *
 * @param observations what agents see after the step (the final observation where an episode ended)
 * @param rewards {@code [E]} or {@code [E, agent]}
 * @param terminated {@code [E]}, 1 where the task ended by its own rules
 * @param truncated {@code [E]}, 1 where the limit cut the episode
 * @param voided {@code [E]}, 1 where the environment broke the episode of this row alone: nothing
 *     else of the row holds, and its episode is to be repeated from a reset
 * @param info per name one number per environment, in the order of the specification
 */
public record StepResult(
        Observations observations,
        float[] rewards,
        byte[] terminated,
        byte[] truncated,
        byte[] voided,
        Map<String, double[]> info) {

    /** A step that broke no episode. */
    public StepResult(
            Observations observations,
            float[] rewards,
            byte[] terminated,
            byte[] truncated,
            Map<String, double[]> info) {
        this(observations, rewards, terminated, truncated, new byte[terminated.length], info);
    }

    /** The active rows whose episodes are void. */
    public List<Integer> voidRows(boolean[] active) {
        return IntStream.range(0, active.length)
                .filter(row -> active[row] && voided[row] == 1)
                .boxed()
                .toList();
    }
}
