/**
 * Independent conservative Q-learning.
 *
 * <p>Invariant: no agent's value depends on the others or on the state.
 */
package org.cfcql.baselines.icql;
