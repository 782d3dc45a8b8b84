/**
 * CFCQL and MACQL, the algorithms of the paper, with the density model they can weigh agents by.
 *
 * <p>Comments cite the paper by its equations (Eq. 7), docs/specification/algorithms.md by section
 * (spec 2.3) and docs/deviations.md by row (D-30).
 *
 * <p>The discrete branch is {@link org.cfcql.cfcql.DiscreteLearner}, the continuous one {@link
 * org.cfcql.cfcql.CounterfactualLearner}; the task's actions choose.
 *
 * <p>Invariants: {@link org.cfcql.cfcql.CounterfactualLearner} reads top to bottom like the paper's
 * method; each switch of the specification (spec 11) that concerns the continuous branch is a field
 * of {@link org.cfcql.cfcql.ContinuousHyperparameters}; published values per environment and data
 * are a resource, not code; the plain LibTorch path is the oracle of the compiled penalty kernel;
 * padded sequences are the oracle of packed ones.
 */
package org.cfcql.cfcql;
