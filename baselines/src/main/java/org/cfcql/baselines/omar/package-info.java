/**
 * OMAR: conservative values and policies that imitate a zeroth-order search for good actions.
 *
 * <p>Invariant: without the search it is ICQL.
 *
 * <p>Keys with their defaults and sources: docs/algorithms/omar.md.
 *
 * <h2>Numbered actions</h2>
 *
 * <p>OMAR with numbered actions, as CFCQL's authors ported it (spec 3.5). Every agent i has two
 * critics on x_i = (s, o_i, i), each the sum of a value and advantages, and shares the policy π.
 * With ã the action of the target policy,
 *
 * <pre>
 * y_i  = min_k TD(λ) of Q̄_k(x_i, ã_i)
 * L_Q  = Σ_k mean [ (Q_k(x_i, a_i) − y_i)² + α(log Σ_j exp Q_k(x_i, j) − Q_k(x_i, a_i)) ]
 * A_i  = Q_1(x_i, a_i) − Σ_j π_i(j)·Q_1(x_i, j)
 * L_π  = −(1−c)·mean A_i·log(π_i(a_i) + 1e-5) + c·mean_j (π_i(j) − 1[j = â_i])²
 * </pre>
 *
 * <p>with â_i the action the search finds. Targets are copied between critic and policy.
 *
 * <p>Deviations of the published code from the method, by row of docs/deviations.md: there is no
 * zeroth-order search, â is the best of all actions, unavailable ones included; the second term is
 * a mean over every slot up to the limit of the episode and every action; the penalty sums over
 * unavailable actions too (D-53: {@code omarD.mode: code}). {@code masked} keeps all three to
 * available actions and steps of the data; {@code cem} searches besides. The second critic uses the
 * first one's output layers (D-56, only with {@code twinHeads: shared}). The critic is stepped once
 * per time index (D-65, {@code innerTimeLoop}).
 *
 * <h2>Continuous actions</h2>
 *
 * <p>OMAR for continuous actions (spec 3.5). Critics are those of ICQL, one per agent on its own
 * observation, action and reward ({@link org.cfcql.baselines.independent.IndependentLearner}).
 * Policies, after the critic's step:
 *
 * <pre>
 *   â    = the better by Q_1 of π(o) and of what {@code ActorSearch} finds
 *   minimise c·mean (π(o) − â)² − (1 − c)·mean Q_1(o, π(o)) + 1e-3·mean π(o)²
 * </pre>
 *
 * <p>Published and kept, by row of docs/deviations.md (D-60): the search compares values that were
 * normalised with other rows; on HalfCheetah elites are kept although the paper has none, and the
 * penalty subtracts the density of sampled actions instead of its logarithm ({@code lse.density}).
 * Deviations: on the equal track all agents learn from each batch, five critic updates per policy
 * update; the published round gives each agent a batch of its own and one update of both.
 */
package org.cfcql.baselines.omar;
