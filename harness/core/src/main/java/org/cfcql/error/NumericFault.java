package org.cfcql.error;

/** A value that stopped being a number, or a gradient that exploded: the run fails. */
public final class NumericFault extends CfcqlException {
    /** Exit status of commands that end this way. */
    public static final int EXIT_CODE = 5;

    private static final long serialVersionUID = 1L;

    /** Failure with one line for the user: expected, found, what to do. */
    public NumericFault(String message) {
        this(message, null);
    }

    /** Failure with one line for the user and the cause for the log. */
    public NumericFault(String message, Throwable cause) {
        super(EXIT_CODE, message, cause);
    }
}
