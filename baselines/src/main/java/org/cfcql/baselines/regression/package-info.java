/**
 * Regression weighted by advantages and by expectiles: the losses that implicit Q-learning and AWAC
 * share in both branches.
 *
 * <p>Invariant: parts are values without state; they know neither networks nor batches.
 */
package org.cfcql.baselines.regression;
