package org.cfcql.learn;

/** State of a learner as bytes that only the learner itself can read. */
public interface OpaqueState {
    /** Name that the bytes have among the tensors of a file. */
    String TENSOR = "opaque.state";

    /** Everything that it needs to continue, random numbers included. */
    byte[] save();

    /** Continues from what {@link #save} gave. */
    void load(byte[] state);
}
