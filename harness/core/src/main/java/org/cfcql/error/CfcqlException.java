package org.cfcql.error;

/**
 * Root of every failure the harness reports on purpose.
 *
 * <p>The message is the one line a user reads: what was expected, what was found, what to do. The
 * exit code is documented in {@code docs/exit-codes.md}.
 */
public abstract sealed class CfcqlException extends RuntimeException
        permits UserError,
                MissingDependency,
                EnvironmentFault,
                LearnerFault,
                NumericFault,
                MachineFault,
                Stopping,
                HarnessBug {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    CfcqlException(int exitCode, String message, Throwable cause) {
        // Paths, names and bytes of others stand in messages.
        super(message == null ? null : ForeignText.oneLine(message), cause);
        this.exitCode = exitCode;
    }

    /** Exit status of the process when this failure ends a command. */
    public final int exitCode() {
        return exitCode;
    }
}
