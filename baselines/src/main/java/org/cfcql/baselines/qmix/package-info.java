/**
 * QMIX, the online algorithm that makes data of the discrete branch.
 *
 * <p>Invariant: it never takes part in comparisons of offline algorithms.
 */
package org.cfcql.baselines.qmix;
