package org.cfcql.learn;

/** The rule by which updates are granted. */
public enum Track {
    /** Same batches, batch size, critic and actor updates for everybody. */
    EQUAL,
    /** Each algorithm's published schedule. */
    PAPER
}
