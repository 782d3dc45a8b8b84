/**
 * Runs the cells of a plan: worker processes on this machine, or a job array for Slurm.
 *
 * <p>Invariants: one process per cell, so a crash touches no other; a worker ends when its parent
 * does; whatever is shown comes from the workers' reports and decides nothing.
 */
package org.cfcql.cli.executor;
