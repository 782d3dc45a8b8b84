package org.cfcql.env.bridge;

/**
 * When a lost worker is replaced and when its environment is given up.
 *
 * @param restarts restarts in a row before giving up
 * @param backoffMs pause before the first of them; doubles with each that follows
 * @param maxBackoffMs longest pause
 * @param forgivenAfterMs time of service without a fault after which restarts are forgotten
 */
public record RestartPolicy(int restarts, long backoffMs, long maxBackoffMs, long forgivenAfterMs) {
    /** The documented defaults. */
    public static final RestartPolicy DEFAULT =
            new RestartPolicy(
                    BridgeDefaults.RESTARTS,
                    BridgeDefaults.BACKOFF_MS,
                    BridgeDefaults.MAX_BACKOFF_MS,
                    BridgeDefaults.FORGIVEN_AFTER_MS);

    /** Pause before a restart, counted from 1. */
    long pauseMs(int restart) {
        long doubled = backoffMs << Math.min(restart - 1, 20);
        return Math.min(doubled, maxBackoffMs);
    }
}
