package org.cfcql.nn;

/** Which mean and variance a batch normalisation uses in a call. */
public enum Statistics {
    /** Those of exactly the rows of this call; running statistics stay as they are. */
    BATCH,
    /** Those of this call, and the running statistics take one step. */
    BATCH_AND_TRACK,
    /** The running ones (evaluation). */
    RUNNING
}
