/**
 * Two sides, run folders or score tables, compared cell by cell.
 *
 * <p>Invariants: reads files only; cells that differ in fingerprint, data, budget, track or
 * protocol are compared only where that is allowed by name, and everything written says so; a cell
 * without a counterpart or without a result is named, never counted.
 */
package org.cfcql.report.compare;
