/**
 * Learners of single agents side by side: every agent has a twin critic on its own observation,
 * action and reward. What MATD3's independent form, ICQL, OMAR and TD3+BC's independent form have
 * in common; they differ in the penalty of the critics and in what the policies minimise.
 *
 * <p>Invariants: no agent's numbers depend on another's; an update of all agents is one step of the
 * critics and one of the policies.
 */
package org.cfcql.baselines.independent;
