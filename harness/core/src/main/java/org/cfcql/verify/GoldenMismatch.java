package org.cfcql.verify;

/** Something a golden file asks for that the learner does not give; ends the file's run. */
final class GoldenMismatch extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * A mismatch.
     *
     * @param name path of the array, key or draw
     * @param reason what is wrong with it
     */
    GoldenMismatch(String name, String reason) {
        super(name + ": " + reason);
    }
}
