/**
 * Independent conservative Q-learning.
 *
 * <p>Invariant: no agent's value depends on the others or on the state.
 *
 * <p>Keys with their defaults and sources: docs/algorithms/icql.md.
 *
 * <h2>Numbered actions</h2>
 *
 * <p>Every agent learns its own values from the team's reward: double Q-learning with TD(λ) per
 * agent and CQL's penalty over all actions, those unavailable included, as published.
 *
 * <p>Published and kept (spec 3.6), by row of docs/deviations.md where there is one: TD(λ) in the
 * place of a one-step target (D-8), a ½ in front of the squared error, targets copied every 25
 * gradient steps (D-7), whole episodes as batches (D-9), the team's reward for every agent, dead
 * agents in both means. Deviations from the published code: episodes are not computed beyond their
 * end (D-16), and the length of training is reckoned before it begins (D-6).
 *
 * <h2>Continuous actions</h2>
 *
 * <p>ICQL for continuous actions (spec 3.6): OMAR's published code without its search. Every agent
 * has a twin critic on its own observation, action and reward with CQL's penalty over sampled
 * actions, and improves its policy by minimising −mean Q_1(o, π(o)) + 1e-3·mean π(o)². Everything
 * is in {@link org.cfcql.baselines.independent.IndependentLearner}, keys are those of {@link
 * org.cfcql.baselines.independent.IndependentHyperparameters}.
 *
 * <p>Published and kept: on HalfCheetah the penalty subtracts the density of sampled actions
 * instead of its logarithm ({@code lse.density}, D-60). Deviations: on the equal track all agents
 * learn from each batch, five critic updates per policy update; the published round gives each
 * agent a batch of its own and one update of both.
 */
package org.cfcql.baselines.icql;
