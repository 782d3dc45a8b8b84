package org.cfcql.learn;

/**
 * One call of {@link Learner#update}.
 *
 * @param kind critic and actors, or critic only
 * @param agent whose turn it is among independent learners, or {@link #ALL_AGENTS}
 * @param targetsFollow whether the harness calls {@link Learner#updateTargets} right after it
 */
public record UpdateStep(Kind kind, int agent, boolean targetsFollow) {
    /** Every agent is updated. */
    public static final int ALL_AGENTS = -1;

    /** What an update covers. */
    public enum Kind {
        /** Critic, then actors. */
        FULL,
        /** Critic only. */
        CRITIC
    }
}
