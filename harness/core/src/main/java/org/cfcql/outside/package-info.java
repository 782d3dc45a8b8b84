/**
 * Learners of somebody else: processes in any language that train on the harness's batches under
 * its ledger ({@code env-bridges/LEARNER-PROTOCOL.md}).
 *
 * <p>Invariants: the harness owns data, batches, seeds, evaluation and the number of updates; what
 * it cannot meter is declared by the learner, checked against what an update grants, and marked as
 * declared; nothing of a reply is used before all of it was checked; no process outlives its
 * learner. Known only by whoever finds algorithms by the keys of an experiment.
 */
package org.cfcql.outside;
