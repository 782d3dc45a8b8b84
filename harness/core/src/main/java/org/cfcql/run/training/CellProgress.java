package org.cfcql.run.training;

/** Hears how far a cell is. */
public interface CellProgress {
    /** Hears nothing. */
    CellProgress SILENT = (phase, done, total) -> {};

    /**
     * A unit is done.
     *
     * @param phase {@code pretraining}, {@code training} or {@code final evaluation}
     * @param done units done
     * @param total units of the phase
     */
    void advanced(String phase, long done, long total);
}
