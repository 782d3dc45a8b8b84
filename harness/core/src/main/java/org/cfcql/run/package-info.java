/**
 * Experiments, the cells they plan, and the run of one cell: training, evaluation, checkpoints.
 *
 * <p>Invariants: an experiment is validated whole before data or an environment is opened; every
 * file of a cell other than {@code cell.json}, {@code timing.jsonl} and {@code log.txt} has the
 * same bytes whether the run was interrupted or not; a cell is done if and only if its {@code
 * result.json} exists. The formats are in {@code docs/formats.md}.
 */
package org.cfcql.run;
