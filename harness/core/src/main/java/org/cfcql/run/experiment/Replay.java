package org.cfcql.run.experiment;

/** How the sampler of a cell goes on after an evaluation; the values of {@code replay.rng}. */
public enum Replay {
    /** Its random stream goes on. */
    INDEPENDENT,
    /** Its random stream starts anew at each evaluation, as in the published code. */
    REPLAYED
}
