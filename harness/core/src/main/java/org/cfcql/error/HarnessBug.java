package org.cfcql.error;

/** A broken invariant of the harness itself; printed with its stack. */
public final class HarnessBug extends CfcqlException {
    /** Exit status of commands that end this way. */
    public static final int EXIT_CODE = 70;

    private static final long serialVersionUID = 1L;

    /** Failure with one line for the user: expected, found, what to do. */
    public HarnessBug(String message) {
        this(message, null);
    }

    /** Failure with one line for the user and the cause for the log. */
    public HarnessBug(String message, Throwable cause) {
        super(EXIT_CODE, message, cause);
    }
}
