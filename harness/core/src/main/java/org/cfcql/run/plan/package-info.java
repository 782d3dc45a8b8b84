/**
 * The cells of an experiment: what each trains with, for how long, and what it is granted.
 *
 * <p>Invariants: a cell says everything that can change its numbers, or names it; ids of cells are
 * distinct and are names of folders everywhere; grants of the equal track follow from the
 * experiment alone.
 */
package org.cfcql.run.plan;
