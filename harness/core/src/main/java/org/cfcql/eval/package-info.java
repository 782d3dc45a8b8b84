/**
 * Evaluation of policies: episodes from their own seeds, in seed order, whatever the number of
 * environments.
 *
 * <p>Invariants: an episode's result depends on its seed and the policy only; a void episode is
 * repeated with the same seed and never counted. Uses {@code env} and {@code learn}.
 */
package org.cfcql.eval;
