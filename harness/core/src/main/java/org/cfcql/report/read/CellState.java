package org.cfcql.report.read;

/** How far a cell has come. */
public enum CellState {
    /** It has a result. */
    FINISHED("finished"),
    /** It was trained on data of a task without an environment, or without an evaluation. */
    NOT_EVALUATED("not evaluated"),
    /** Its last attempt failed. */
    FAILED("failed"),
    /** It was started and has neither result nor failure. */
    UNFINISHED("unfinished"),
    /** The plan names it, no file of it exists. */
    NOT_STARTED("not started");

    private final String text;

    CellState(String text) {
        this.text = text;
    }

    /** Words for people. */
    public String text() {
        return text;
    }
}
