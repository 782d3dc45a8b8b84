/**
 * Reports of finished and unfinished runs: one self-contained page, tables for papers, CSV files.
 *
 * <p>Invariants: reads run folders and nothing else; what it writes depends on what it reads only
 * (no clock, no machine); runs that differ in track, data, environment fingerprint, evaluation
 * protocol or budget never share a table; a cell without a result is listed, never dropped; the
 * page fetches nothing from outside.
 */
package org.cfcql.report;
