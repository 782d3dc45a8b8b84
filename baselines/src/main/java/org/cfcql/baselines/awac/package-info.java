/**
 * Advantage-weighted actor-critic.
 *
 * <p>Invariant: policies only ever clone actions of the data.
 *
 * <p>Keys with their defaults and sources: docs/algorithms/awac.md.
 *
 * <h2>Numbered actions</h2>
 *
 * <p>AWAC with numbered actions (spec 3.8). For every agent i, with the input x_i = (s, o_i, i),
 * the team's reward r and the policy's value V(x_i) = Σ_a π_i(a)·min_k Q̄_k(x_i, a),
 *
 * <pre>
 * L_Q = ½ Σ_k mean (Q_k(x_i, a_i) − r − γ(1 − terminated)·V(x_i'))²
 * A   = min_k Q̄_k(x_i, a_i) − V(x_i)
 * L_π = −mean min(exp(β·A), cap)·log π_i(a_i | h_i)
 * </pre>
 *
 * <p>V and A are those from before the update; Q̄ follows Q by an exponential moving average.
 *
 * <p>Deviations of the published code from the paper, by row of docs/deviations.md: "centralised"
 * means that the state is in the critics' input; there is neither mixer nor joint action (D-56,
 * kept). The second critic uses the first one's output layer (D-56, only with {@code twinHeads:
 * shared}). The cosine's period is ten million batches, so the learning rate all but stays (D-56,
 * kept). Advantages come from the target critics, as published. Episodes are not computed beyond
 * their end (D-16).
 *
 * <h2>Continuous actions</h2>
 *
 * <p>Advantage-weighted actor-critic for n agents with a central critic: ours, because the paper's
 * code has none (spec 3.8, D-57). Policies are Gaussians; there are no target policies. Twin Q on
 * the state and all actions:
 *
 * <pre>
 *   a'_i ~ clip(N(π_i(o'_i), σ_i), ±1)
 *   y    = r + γ·(1 − done)·min_k Q̄_k(s', a'_1 … a'_n)
 *   minimise Σ_k mean (Q_k(s, a) − y)²
 * </pre>
 *
 * <p>Policies, after the critic's step of a full update, with one advantage for all agents:
 *
 * <pre>
 *   A = min_k Q_k(s, a) − min_k Q_k(s, ã),  ã_i ~ clip(N(π_i(o_i), σ_i), ±1)
 *   minimise −mean min(exp(A/λ), cap)·Σ_i log N(a_i; π_i(o_i), σ_i)
 * </pre>
 *
 * <p>At n = 1 with {@code norm.input: none}, {@code layers: 3} and {@code actor.mean: linear} it is
 * the single-agent original. Deviations from it: networks, learning rate, discount and target rate
 * of the other algorithms here, means by tanh; on the equal track five critic updates per policy
 * update, the targets following once per round; states are not normalised otherwise than by {@code
 * norm.input}; evaluation clips linear means to ±1.
 */
package org.cfcql.baselines.awac;
