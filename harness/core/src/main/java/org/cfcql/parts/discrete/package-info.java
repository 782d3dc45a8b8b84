/**
 * Parts of learners of whole episodes with numbered actions: the rows of a batch that are computed,
 * targets, networks on state, observation and number of an agent, the recurrent policy with its
 * optimiser, behaviour cloning, keys, the loop over time inside an update.
 *
 * <p>Invariants: networks are shared by the agents; nothing is computed for padded slots (a padded
 * slot's value is one row), and padded sequences are the oracle of packed ones; parts hold no
 * counters, the optimisers count.
 */
package org.cfcql.parts.discrete;
