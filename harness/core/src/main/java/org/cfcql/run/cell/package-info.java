/**
 * The run of one cell, from its beginning or from its checkpoint to its result.
 *
 * <p>Invariants: a cell that is called done was trained on the data it names, paid for every update
 * and has all its files; a numeric fault leaves its evidence.
 */
package org.cfcql.run.cell;
