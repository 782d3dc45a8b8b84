package org.cfcql.error;

/**
 * A learner's own process that hung, died, answered what the protocol does not allow, or declared
 * other steps than its updates grant.
 */
public final class LearnerFault extends CfcqlException {
    /** Exit status of commands that end this way. */
    public static final int EXIT_CODE = 7;

    private static final long serialVersionUID = 1L;

    /** Failure with one line for the user: expected, found, what to do. */
    public LearnerFault(String message) {
        this(message, null);
    }

    /** Failure with one line for the user and the cause for the log. */
    public LearnerFault(String message, Throwable cause) {
        super(EXIT_CODE, message, cause);
    }
}
