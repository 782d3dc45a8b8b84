/**
 * What the deterministic actor-critic baselines share: sizes and published settings of a continuous
 * task, an actor set and a twin critic with their targets, the greedy policy.
 *
 * <p>Invariants: actions live in [-1, 1]; an object owns its networks and closes them; temporaries
 * belong to the caller's scope.
 */
package org.cfcql.baselines.actorcritic;
