package org.cfcql.env.bridge;

import org.cfcql.env.wire.Protocol;

/** Every time-out and count of the bridge, each with its reason. */
public final class BridgeDefaults {
    /** A Python with numpy starts in 0.3 s; a loaded machine may need a hundred times. */
    public static final long HELLO_MS = 30_000;

    /** JAX compiles for minutes, a game launches for tens of seconds. */
    public static final long MAKE_MS = 300_000;

    /** Games restart between episodes. */
    public static final long RESET_MS = 30_000;

    /** A step takes milliseconds; ten seconds forgive a machine that swaps. */
    public static final long STEP_MS = 10_000;

    /** Copies of a few kilobytes, as forgiving as a step. */
    public static final long STATE_MS = 10_000;

    /** Answered without touching the environment. */
    public static final long PING_MS = 5_000;

    /** Afterwards the process group is killed anyway, so waiting longer gains nothing. */
    public static final long CLOSE_MS = 5_000;

    /** How often a waiting harness looks whether the process still lives: unnoticeable in a run. */
    public static final long WATCH_MS = 20;

    /** From SIGKILL to the end of a process; the kernel needs milliseconds. */
    public static final long KILL_MS = 5_000;

    /**
     * Restarts before an environment is given up: a passing cause (memory pressure, an operator's
     * kill) rarely strikes five times, a lasting one always does.
     */
    public static final int RESTARTS = 5;

    /** Pause before the first restart; doubles with each that follows. */
    public static final long BACKOFF_MS = 100;

    /** Longest pause before a restart. */
    public static final long MAX_BACKOFF_MS = 5_000;

    /** Restarts are forgotten once a worker served this long without a fault. */
    public static final long FORGIVEN_AFTER_MS = 600_000;

    /** Lines of a worker's output kept for messages and the log. */
    public static final int ERROR_LINES = 40;

    /** Characters kept of each such line. */
    public static final int ERROR_LINE_CHARACTERS = 400;

    /** Bytes of a token: 256 bits cannot be guessed in the seconds they are good for. */
    public static final int TOKEN_BYTES = 32;

    /** Bytes of a routing id: who does not know it cannot take a worker's place at the port. */
    public static final int IDENTITY_BYTES = 16;

    /** Limit per array frame told to workers. */
    public static final int MAX_FRAME_BYTES = Protocol.MAX_FRAME_BYTES;

    private BridgeDefaults() {}
}
