/**
 * The contract between the harness and algorithms.
 *
 * <p>Invariants: a learner gets optimisers, batches and randomness from its context only; names of
 * networks, values, gradients and draws are those of the golden files, so that one verifier serves
 * all algorithms.
 */
package org.cfcql.learn;
