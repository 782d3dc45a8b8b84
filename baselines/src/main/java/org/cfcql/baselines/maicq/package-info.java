/**
 * Implicit constraint Q-learning for many agents (MAICQ).
 *
 * <p>Invariant: targets and policies only ever use actions of the data.
 */
package org.cfcql.baselines.maicq;
