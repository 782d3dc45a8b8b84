package org.cfcql.learn;

/**
 * Auxiliary training that is over before round 0: a behaviour model, a density model, a teacher.
 *
 * <p>The harness grants {@code updates} units of {@code AUXILIARY} and {@code AUXILIARY_BATCH},
 * then calls {@link Learner#pretrain} that many times with fresh batches from a sampler of its own.
 *
 * @param name id of the model, {@code vae-behaviour} for example
 * @param updates number of updates
 * @param batchSize transitions or episodes per update
 */
public record PretrainingPlan(String name, long updates, int batchSize) {}
