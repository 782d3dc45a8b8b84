/**
 * The files of a run folder and of its cells: plan, records, checkpoints, results, status.
 *
 * <p>Invariants: every file of a cell other than {@code cell.json}, {@code timing.jsonl} and {@code
 * log.txt} has the same bytes whether the run was interrupted or not; a cell is done if and only if
 * its {@code result.json} exists; a checkpoint is continued only by the cell, the data, the
 * environment and the conditions it was written under. The formats are in {@code docs/formats.md}.
 */
package org.cfcql.run.folder;
