package org.cfcql.learn;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Auxiliary training that is over before round 0: a behaviour model, a density model, a teacher.
 *
 * <p>The harness grants {@code updates} units of {@code AUXILIARY} and {@code AUXILIARY_BATCH}. A
 * model of the learner's own is trained by calling {@link Learner#pretrain} that many times with
 * fresh batches from a sampler of its own. A model shared by all cells on the same data is trained
 * once per run folder, with seeds that follow from the data and its settings, and copied into the
 * networks of its names.
 *
 * @param name id of the model, {@code vae-behaviour} for example
 * @param updates number of updates; 0 where {@code slots} says how many
 * @param slots slots to sample, from which the updates follow as they do for gradient steps (spec
 *     1.9); 0 where the updates are given
 * @param batchSize transitions or episodes per update; 0 for those of training
 * @param shared how to train it apart from any learner; empty for a model of the learner's own
 */
public record PretrainingPlan(
        String name, long updates, long slots, int batchSize, Optional<Shared> shared) {
    /** A model of the learner's own with a known number of updates. */
    public PretrainingPlan(String name, long updates, int batchSize) {
        this(name, updates, 0, batchSize, Optional.empty());
    }

    /**
     * A model that depends on data and settings only.
     *
     * @param model its algorithm
     * @param settings keys of that algorithm
     */
    public record Shared(Algorithm model, SortedMap<String, Object> settings) {
        /** Copies the settings. */
        public Shared {
            settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
        }
    }

    /** The same plan with its lengths in numbers. */
    public PretrainingPlan resolved(long knownUpdates, int knownBatchSize) {
        return new PretrainingPlan(name, knownUpdates, 0, knownBatchSize, shared);
    }
}
