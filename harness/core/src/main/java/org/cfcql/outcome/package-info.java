/**
 * Reads what a cell left behind and checks it against the cell's other files; holds runs to the
 * rules of {@code cfcql check}.
 *
 * <p>Invariant: a result that is handed out belongs to the folder it lies in, to that cell's data
 * and environment, and to the episodes of its final evaluation. Whoever shows or counts a result
 * gets it from here. Knows files and errors only.
 */
package org.cfcql.outcome;
