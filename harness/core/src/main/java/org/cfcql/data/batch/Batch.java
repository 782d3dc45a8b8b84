package org.cfcql.data.batch;

/** A minibatch as a learner receives it; its tensors belong to the scope it was drawn in. */
public sealed interface Batch permits TransitionBatch, EpisodeBatch {
    /** Number of transitions or episodes. */
    int size();
}
