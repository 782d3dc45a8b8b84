package org.cfcql.verify;

import org.cfcql.tensor.Precision;

/**
 * Largest errors allowed (docs/golden-files.md, How to compare).
 *
 * @param values of intermediate values
 * @param grads of gradients
 * @param after of parameters after an update
 */
public record Tolerances(double values, double grads, double after) {
    /** Those of a precision and branch. */
    static Tolerances of(Precision precision, boolean discrete) {
        if (precision == Precision.FLOAT32) {
            return new Tolerances(2e-4, 2e-4, 2e-4);
        }
        // Discrete gradients and parameters were stored with 24 significant bits.
        return discrete ? new Tolerances(1e-8, 1e-6, 1e-6) : new Tolerances(1e-8, 1e-8, 1e-6);
    }
}
