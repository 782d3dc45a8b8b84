/**
 * CFCQL and MACQL, the algorithms of the paper, with the models they weigh agents by.
 *
 * <p>Comments cite the paper by its equations (Eq. 7), docs/specification/algorithms.md by section
 * (spec 2.3) and docs/deviations.md by row (D-30).
 *
 * <p>The discrete branch is {@link org.cfcql.counterfactual.DiscreteConservativeLearner}, the
 * continuous one {@link org.cfcql.counterfactual.ContinuousConservativeLearner}; the task's actions
 * choose.
 *
 * <p>Invariants: {@link org.cfcql.counterfactual.ContinuousConservativeLearner} reads top to bottom
 * like the paper's method; each switch of the specification (spec 11) that concerns the continuous
 * branch is a field of {@link org.cfcql.counterfactual.ContinuousHyperparameters}; published values
 * per environment and data are a resource, not code.
 */
package org.cfcql.counterfactual;
