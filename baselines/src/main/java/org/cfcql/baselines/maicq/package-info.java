/**
 * Implicit constraint Q-learning for many agents (MAICQ).
 *
 * <p>Invariant: targets and policies only ever use actions of the data.
 *
 * <p>Keys with their defaults and sources: docs/algorithms/maicq.md.
 *
 * <h2>Numbered actions</h2>
 *
 * <p>MAICQ with numbered actions (spec 3.4). Per-agent critics Q_i = A + V on x_i = (s, o_i, i),
 * mixed to Q_tot by QMIX with weights W(s), and a recurrent policy π that all agents share. For a
 * batch of B episodes,
 *
 * <pre>
 * Z_t = Q̄_tot(s_t, a_t),  ρ_t = B·softmax_batch(Z_t / β_target)
 * y   = TD(λ) of ρ_t·Z_t
 * L_Q = mean (Q_tot(s, a) − y)²
 * w_i = B·softmax_batch((Q_i(a_i) − Σ_j π_i(j)·Q_i(j)) / β_policy)
 * k_i = Σ_e |W1_ie||W2_e| / Σ_j Σ_e |W1_je||W2_e|
 * L_π = −mean k_i·w_i·log π_i(a_i)
 * </pre>
 *
 * <p>Both softmaxes run over the episodes of the batch at one time index, padded slots of ended
 * episodes included: there state and observations are zero, the action is 0 and π is uniform, so
 * one padded row stands for all of them and nothing else is computed for padding (D-16).
 *
 * <p>Deviations of the code of CFCQL's authors from MAICQ's own, kept (D-54): batches of 128
 * episodes instead of 32, clipping at 10 instead of 20, λ = 0.8 instead of 0.75, masking before the
 * softmax, greedy tests, about 10³ batches instead of 40 002. The critic is stepped once per time
 * index (D-65, {@code innerTimeLoop}).
 *
 * <h2>Continuous actions</h2>
 *
 * <p>Implicit constraint Q-learning for n agents with continuous actions: ours, because nobody has
 * published one (spec 3.4, last paragraph). It is the single-agent form with a twin Q on the state
 * and all actions; a⁺ are the data's actions at the next index, B transitions in a minibatch:
 *
 * <pre>
 *   Z = min_k Q̄_k(s', a⁺_1 … a⁺_n)
 *   ρ = B/α · softmax over the minibatch of Z/β
 *   y = r + γ·(1 − done)·clip(ρ, 0, 1)·Z
 *   minimise Σ_k mean (Q_k(s, a) − y)²
 * </pre>
 *
 * <p>Policies, Gaussians with a mean by tanh, in a full update with δ from before the critic's
 * step:
 *
 * <pre>
 *   δ = y − min_k Q_k(s, a)
 *   w = B · softmax over the minibatch of δ/β'
 *   minimise −mean w·Σ_i log N(a_i; π_i(o_i), σ_i) + ½·1e-4·|θ|²
 * </pre>
 *
 * <p>Ours beyond the central critic: two heads and their minimum, as all critics here have; a
 * temperature of the policies that may differ (β' = β as published); networks, learning rate,
 * discount and target rate of the other algorithms, where the original has four layers of 256. The
 * next index crosses the ends of episodes (D-32). On the equal track five critic updates per policy
 * update, the targets following once per round.
 */
package org.cfcql.baselines.maicq;
