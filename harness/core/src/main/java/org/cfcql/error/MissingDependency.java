package org.cfcql.error;

/** Something the machine lacks: a Python package, a game, a native library. */
public final class MissingDependency extends CfcqlException {
    /** Exit status of commands that end this way. */
    public static final int EXIT_CODE = 3;

    private static final long serialVersionUID = 1L;

    /** Failure with one line for the user: expected, found, what to do. */
    public MissingDependency(String message) {
        this(message, null);
    }

    /** Failure with one line for the user and the cause for the log. */
    public MissingDependency(String message, Throwable cause) {
        super(EXIT_CODE, message, cause);
    }
}
