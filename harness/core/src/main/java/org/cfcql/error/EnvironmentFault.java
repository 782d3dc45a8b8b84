package org.cfcql.error;

/** An environment process that failed for good, after the allowed restarts. */
public final class EnvironmentFault extends CfcqlException {
    /** Exit status of commands that end this way. */
    public static final int EXIT_CODE = 4;

    private static final long serialVersionUID = 1L;

    /** Failure with one line for the user: expected, found, what to do. */
    public EnvironmentFault(String message) {
        this(message, null);
    }

    /** Failure with one line for the user and the cause for the log. */
    public EnvironmentFault(String message, Throwable cause) {
        super(EXIT_CODE, message, cause);
    }
}
