/**
 * TD3+BC with a central critic.
 *
 * <p>Invariant: with one agent and its published networks it computes what the single-agent
 * original computes.
 */
package org.cfcql.baselines.td3bc;
