/**
 * Implicit Q-learning.
 *
 * <p>Invariant: no action outside the data is ever evaluated; targets need the value network alone.
 */
package org.cfcql.baselines.implicitqlearning;
