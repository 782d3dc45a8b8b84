/**
 * Files of a run that a killed process leaves whole: written under another name and renamed, or
 * grown line by line and cut to what a checkpoint knows. Knows nothing of experiments and cells.
 *
 * <p>Invariants: a file is there completely or not at all, or holds whole lines up to the length
 * that was made durable; bytes that were counted on and are others by now are an error that names
 * the file; every complaint of the disk is one line that says what to do.
 */
package org.cfcql.run.storage;
