/**
 * Implicit Q-learning.
 *
 * <p>Invariant: no action outside the data is ever evaluated; targets need the value network alone.
 *
 * <p>Keys with their defaults and sources: docs/algorithms/implicit-q-learning.md.
 *
 * <h2>Numbered actions</h2>
 *
 * <p>Implicit Q-learning with numbered actions (spec 3.7). For every agent i, with the input x_i =
 * (s, o_i, i) and the team's reward r,
 *
 * <pre>
 * u   = min_k Q̄_k(x_i, a_i) − V(x_i)
 * L_V = mean |τ − 1(u &lt; 0)|·u²
 * L_Q = ½ Σ_k mean (Q_k(x_i, a_i) − r − γ(1 − terminated)·V(x_i'))²
 * L_π = −mean min(exp(β·u), cap)·log π_i(a_i | h_i)
 * </pre>
 *
 * <p>u and V are those from before the update, so V and Q are stepped together: one step of the
 * critic. Q̄ follows Q by an exponential moving average.
 *
 * <p>Deviations of the published code from the paper, by row of docs/deviations.md: "centralised"
 * means that the state is in the critics' input; there is neither mixer nor joint action (D-56,
 * kept). The second critic uses the first one's output layer (D-56, only with {@code twinHeads:
 * shared}). The cosine's period is ten million batches, so the learning rate all but stays (D-56,
 * kept). Episodes are not computed beyond their end (D-16).
 *
 * <h2>Continuous actions</h2>
 *
 * <p>Implicit Q-learning for n agents with a central critic: ours, because the paper's code has
 * none (spec 3.7, D-57). V on the state, twin Q on the state and all actions:
 *
 * <pre>
 *   u = min_k Q̄_k(s, a_1 … a_n) − V(s)
 *   minimise mean |τ − 1(u &lt; 0)|·u²                       over V
 *   minimise ½·Σ_k mean (Q_k(s, a) − r − γ·(1 − done)·V(s'))²  over Q
 * </pre>
 *
 * <p>Policies are Gaussians with a mean by tanh and a deviation of their own; one advantage is
 * shared by all agents. In a full update, with the u of above:
 *
 * <pre>
 *   minimise −mean min(exp(β·u), cap)·Σ_i log N(a_i; π_i(o_i), σ_i)
 * </pre>
 *
 * <p>At n = 1 with {@code norm.input: none} it is the single-agent original. Everything in a critic
 * update is computed from the parameters before it, so V and Q take their steps together as one
 * step of the budget. Deviations from the original: networks, learning rate, discount and target
 * rate of the other algorithms here; on the equal track five critic updates per policy update, the
 * targets following once per round; the policies' learning rate stays as it is unless {@code
 * cosineSteps} is set; states are not normalised otherwise than by {@code norm.input}.
 */
package org.cfcql.baselines.implicitqlearning;
