/**
 * Parts of actor-critics for actions in [-1, 1]: sizes and published settings of a task, sets of
 * deterministic and of Gaussian policies, a twin critic with its target, a state value.
 *
 * <p>Invariants: an object owns its networks and closes them; temporaries belong to the caller's
 * scope; published values per environment are a resource, not code.
 */
package org.cfcql.parts.continuous;
