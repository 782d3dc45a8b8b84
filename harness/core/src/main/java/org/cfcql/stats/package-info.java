/**
 * Statistics of scores: aggregates over runs and tasks, bootstrap intervals, performance profiles,
 * pairwise tests.
 *
 * <p>Invariants: reads files and numbers only, never a learner or an environment; every random
 * number comes from a named stream, so the same file and seed give the same interval; the
 * definitions are those of rliable 1.2 and SciPy, named at each method. A <i>task</i> is a pair of
 * environment and data set, a <i>run</i> one seed on it.
 */
package org.cfcql.stats;
