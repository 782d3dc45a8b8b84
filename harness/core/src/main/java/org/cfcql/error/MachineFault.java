package org.cfcql.error;

/** The machine gave out: disk full, no memory. */
public final class MachineFault extends CfcqlException {
    /** Exit status of commands that end this way. */
    public static final int EXIT_CODE = 6;

    private static final long serialVersionUID = 1L;

    /** Failure with one line for the user: expected, found, what to do. */
    public MachineFault(String message) {
        this(message, null);
    }

    /** Failure with one line for the user and the cause for the log. */
    public MachineFault(String message, Throwable cause) {
        super(EXIT_CODE, message, cause);
    }
}
