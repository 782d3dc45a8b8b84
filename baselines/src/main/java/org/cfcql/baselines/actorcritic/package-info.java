/**
 * What the actor-critic baselines share: sizes and published settings of a continuous task, sets of
 * deterministic and of Gaussian policies, a twin critic with its target, a state value, the greedy
 * policy.
 *
 * <p>Invariants: actions live in [-1, 1]; an object owns its networks and closes them; temporaries
 * belong to the caller's scope.
 */
package org.cfcql.baselines.actorcritic;
