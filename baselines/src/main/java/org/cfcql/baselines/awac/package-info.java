/**
 * Advantage-weighted actor-critic.
 *
 * <p>Invariant: policies only ever clone actions of the data.
 */
package org.cfcql.baselines.awac;
