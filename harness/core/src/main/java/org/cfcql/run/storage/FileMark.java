package org.cfcql.run.storage;

import com.fasterxml.jackson.annotation.JsonCreator;

/**
 * How far an append-only file went when a checkpoint was written.
 *
 * @param bytes bytes so far
 * @param sha256 hash of those bytes; empty in checkpoints of schema 1, which knew lengths only
 */
public record FileMark(long bytes, String sha256) {
    /** A file in which nothing stands yet. */
    static final FileMark NOTHING = new FileMark(0, "");

    /** Both values; one that is not there knows no hash. */
    @JsonCreator
    public FileMark {
        sha256 = sha256 == null ? "" : sha256;
    }

    /** As checkpoints of schema 1 have it. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static FileMark ofLength(long bytes) {
        return new FileMark(bytes, "");
    }
}
