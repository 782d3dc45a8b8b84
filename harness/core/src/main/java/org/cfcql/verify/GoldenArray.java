package org.cfcql.verify;

import java.util.Arrays;

/**
 * A stored array.
 *
 * @param values row-major
 * @param shape sizes; empty for a scalar
 */
record GoldenArray(double[] values, long[] shape) {
    /**
     * Whether another array has this shape; axes of length 1 do not count, because files of one
     * agent leave out the axis of agents.
     */
    boolean hasShape(long... other) {
        return Arrays.equals(withoutUnits(shape), withoutUnits(other));
    }

    private static long[] withoutUnits(long... shape) {
        return Arrays.stream(shape).filter(length -> length != 1).toArray();
    }

    /** Largest absolute entry; 0 for an empty array. */
    double largest() {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
