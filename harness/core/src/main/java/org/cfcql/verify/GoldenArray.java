package org.cfcql.verify;

/**
 * A stored array.
 *
 * @param values row-major
 * @param shape sizes; empty for a scalar
 */
record GoldenArray(double[] values, long[] shape) {
    /** Largest absolute entry; 0 for an empty array. */
    double largest() {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
