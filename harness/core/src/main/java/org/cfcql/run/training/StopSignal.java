package org.cfcql.run.training;

/** A wish to stop, set by one thread and obeyed by another at its next safe place. */
public final class StopSignal {
    private volatile boolean requested;

    /** Asks to stop. */
    public void request() {
        requested = true;
    }

    /** Whether somebody asked. */
    public boolean requested() {
        return requested;
    }
}
