package org.cfcql.env;

/** Joint actions of all environments of a vector, row-major. */
public sealed interface Actions {
    /**
     * Numbered actions.
     *
     * @param values {@code [E, agent]}
     */
    record Discrete(int[] values) implements Actions {}

    /**
     * Vectors.
     *
     * @param values {@code [E, agent, dimension]}
     */
    record Continuous(float[] values) implements Actions {}
}
