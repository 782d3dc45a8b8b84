package org.cfcql.error;

/** A wrong call, configuration or input file; also two things that cannot be compared. */
public final class UserError extends CfcqlException {
    /** Exit status of commands that end this way. */
    public static final int EXIT_CODE = 2;

    private static final long serialVersionUID = 1L;

    /** Failure with one line for the user: expected, found, what to do. */
    public UserError(String message) {
        this(message, null);
    }

    /** Failure with one line for the user and the cause for the log. */
    public UserError(String message, Throwable cause) {
        super(EXIT_CODE, message, cause);
    }
}
