/**
 * Runs the cells of a plan: worker processes on this machine, or jobs for Slurm and other engines,
 * which all call the same worker.
 *
 * <p>Invariants: one process per cell, so a crash touches no other; a worker ends when its parent
 * does; whatever is shown comes from the workers' reports and decides nothing; what was written for
 * a job is never changed.
 */
package org.cfcql.cli.executor;
