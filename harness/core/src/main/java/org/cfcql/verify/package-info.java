/**
 * Golden conformance: does a learner compute, number by number, what the published code computed?
 *
 * <p>A file names its algorithm with branch ({@code cfcql-continuous}); the learner is whatever
 * {@link org.cfcql.learn.Algorithms} has under the id without it. It is driven through {@link
 * org.cfcql.learn.Learner} alone: settings from the file's configuration, initial values copied
 * into {@code networks()}, draws through {@link org.cfcql.learn.Noise}, intermediate values and
 * gradients heard through {@link org.cfcql.learn.Probe}.
 *
 * <p>To verify another algorithm: register it as a service, name its networks, values, gradients
 * and draws as docs/golden-files.md does, and let {@link org.cfcql.verify.GoldenKeys} translate its
 * configuration keys; what is peculiar to its files, such a key that means another setting than
 * elsewhere, it says itself ({@link org.cfcql.learn.GoldenTerms}). A setting without a published
 * key is said by its own name, as in an experiment ({@code reward.aggregation}) or in the style of
 * the published keys ({@code reward_aggregation}), once it is listed in {@link
 * org.cfcql.verify.OwnKeys} or among the algorithm's own settings. What a learner does not ask for
 * fails by name. Evaluation actions are reported by the learner after each update, under {@code
 * evaluation_actions}.
 *
 * <p>The file's form (branch, model beside, kind of critics, number of layers, input normalisation,
 * shared heads) is read from its arrays ({@link org.cfcql.verify.GoldenForm}), never from its name
 * or variant; a key that contradicts the arrays fails.
 *
 * <p>Invariants: every stored array is compared or fails by name, but for the running statistics of
 * critics and targets; every stored draw is used; tolerances are those of docs/golden-files.md and
 * live in one place.
 */
package org.cfcql.verify;
