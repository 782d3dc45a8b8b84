package org.cfcql.data;

import org.cfcql.env.EnvironmentSpec.TimeoutKind;

/**
 * Which ends of episodes forbid a learner to bootstrap (docs/specification/environments.md 11.2).
 */
public enum DoneConvention {
    /**
     * As the paper's learners see it: an episode that ran into its limit has ended where the task's
     * {@link TimeoutKind} is {@code TERMINAL}, and goes on where it is {@code TRUNCATION} or {@code
     * BOOTSTRAP}.
     */
    PAPER,
    /** As Gymnasium defines it: only what the task itself terminated has ended. */
    GYMNASIUM;

    /** Whether a step with these flags forbids to bootstrap. */
    public boolean isDone(TimeoutKind timeoutKind, byte terminated, byte truncated) {
        boolean limitEnds = this == PAPER && timeoutKind == TimeoutKind.TERMINAL;
        return terminated != 0 || limitEnds && truncated != 0;
    }
}
