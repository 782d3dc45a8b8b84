/**
 * A candidate held to a recorded reference: has a score regressed?
 *
 * <p>Invariants: reads files only; cells that were not made under the same conditions are refused,
 * not tested; a cell without a result is named and never counted as a score; the smallest loss that
 * the seeds can show is said before any verdict.
 */
package org.cfcql.report.gate;
