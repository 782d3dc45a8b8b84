package org.cfcql.run.storage;

/**
 * Told after each step that changed a cell's files; a test ends the run there as a killed process
 * would.
 */
public interface WritePoints {
    /** Does nothing. */
    WritePoints SILENT = name -> {};

    /** A step is on disk. */
    void passed(String name);
}
