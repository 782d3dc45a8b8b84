/**
 * Minibatches: what learners get, drawn from data sets or from what was just played.
 *
 * <p>Invariants: which rows a batch holds depends on the data and on the random stream only; a
 * batch never mixes steps of two episodes into one transition.
 */
package org.cfcql.data.batch;
