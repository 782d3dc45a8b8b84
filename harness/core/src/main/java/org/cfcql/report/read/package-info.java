/**
 * What run folders say about their cells.
 *
 * <p>Invariants: reads run folders and nothing else; a cell without a result is kept, never
 * dropped.
 */
package org.cfcql.report.read;
