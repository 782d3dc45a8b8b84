/**
 * Plays policies in environments and stores what happened as data sets.
 *
 * <p>Invariants: the data depend on the policy, the seed and the environment, not on how many
 * environments were stepped together; an episode lost with its process is played again. Knows
 * environments, policies and data sets, nothing of runs.
 */
package org.cfcql.collect;
