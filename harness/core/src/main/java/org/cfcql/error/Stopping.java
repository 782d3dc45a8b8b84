package org.cfcql.error;

/** The process is ending on a signal, and what was going on ends with it: nobody's fault. */
public final class Stopping extends CfcqlException {
    /** Exit status of a command that was stopped. */
    public static final int EXIT_CODE = 130;

    private static final long serialVersionUID = 1L;

    /**
     * What was not started.
     *
     * @param what for example "an environment"
     * @param cause what the Java machine said
     */
    public Stopping(String what, IllegalStateException cause) {
        super(EXIT_CODE, "stopped before " + what + " was started", cause);
    }

    /** A command that left at a safe place. */
    Stopping() {
        super(EXIT_CODE, "stopped as asked; what was not finished is not kept", null);
    }
}
