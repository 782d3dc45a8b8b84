package org.cfcql.budget;

/** What an optimiser step or a batch is spent on. */
public enum Role {
    /** A step of value functions. */
    CRITIC,
    /** A step of policies; all agents' policies stepped from one loss count once. */
    ACTOR,
    /** Pre-training beside the algorithm: behaviour model, density model, teacher. */
    AUXILIARY,
    /** A minibatch drawn for a critic or actor update. */
    BATCH,
    /** A minibatch drawn for auxiliary pre-training. */
    AUXILIARY_BATCH
}
