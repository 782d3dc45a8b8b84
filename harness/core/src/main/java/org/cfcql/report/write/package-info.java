/**
 * Writes a report: one self-contained page, tables for papers, CSV files.
 *
 * <p>Invariants: each file is written whole or not at all; the page fetches nothing from outside,
 * and text of a run is shown, never run.
 */
package org.cfcql.report.write;
