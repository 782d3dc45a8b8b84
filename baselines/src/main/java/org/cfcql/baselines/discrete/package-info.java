/**
 * What algorithms for numbered actions share: networks on state, observation and number of an
 * agent, the recurrent policy with its optimiser, keys, the loop over time inside an update.
 *
 * <p>Invariants: networks are shared by the agents; nothing is computed for padded slots (a padded
 * slot's value is one row); parts hold no counters, the optimisers count.
 */
package org.cfcql.baselines.discrete;
