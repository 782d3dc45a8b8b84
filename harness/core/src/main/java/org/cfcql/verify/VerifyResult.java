package org.cfcql.verify;

import java.util.List;
import org.cfcql.tensor.Precision;

/**
 * Outcome of one file in one precision.
 *
 * @param file name of the file below the folder that was verified
 * @param algorithm id with branch; empty if the file could not be read
 * @param variant scenario
 * @param precision of the learner
 * @param status outcome
 * @param errors largest error of each kind, in units of its scale
 * @param tolerances what they are allowed to be
 * @param worst path of the array closest to or farthest beyond its tolerance
 * @param excused entries covered by the excuse for Adam
 * @param failures what failed, by name; empty unless failed
 */
public record VerifyResult(
        String file,
        String algorithm,
        String variant,
        Precision precision,
        Status status,
        Tolerances errors,
        Tolerances tolerances,
        String worst,
        long excused,
        List<String> failures) {
    /** Outcomes. */
    public enum Status {
        PASSED,
        FAILED,
        NO_IMPLEMENTATION
    }

    /** Copies the failures. */
    public VerifyResult {
        failures = List.copyOf(failures);
    }
}
