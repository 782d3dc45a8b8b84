/**
 * What learners of both branches are built from: a learner that is an update rule over parts, the
 * numbers of the last update, losses weighted by advantages and by expectiles, the kinds of
 * conservative terms. The rooms beside it hold the parts of one branch each.
 *
 * <p>Invariant: parts know neither algorithms nor runs; weights and losses are values without
 * state.
 */
package org.cfcql.parts;
