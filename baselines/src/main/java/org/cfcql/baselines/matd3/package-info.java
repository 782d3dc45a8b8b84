/**
 * Multi-agent TD3, the online algorithm that makes data.
 *
 * <p>Invariant: it never takes part in comparisons of offline algorithms.
 */
package org.cfcql.baselines.matd3;
