/**
 * Behaviour cloning, the floor of every comparison.
 *
 * <p>Invariant: it never reads rewards.
 */
package org.cfcql.baselines.bc;
