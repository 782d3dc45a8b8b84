/**
 * The budget a cell is granted and the ledger that enforces it.
 *
 * <p>Invariant: spent never exceeds granted. Knows nothing of learners.
 */
package org.cfcql.budget;
