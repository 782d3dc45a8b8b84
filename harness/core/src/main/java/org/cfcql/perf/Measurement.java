package org.cfcql.perf;

import java.util.Map;

/**
 * What {@code cfcql perf} found for a case.
 *
 * @param name case, for example {@code cfcql-continuous/simple_spread}
 * @param threads compute threads
 * @param msMedian median time of a gradient step (discrete) or of a round (continuous)
 * @param msMin fastest one
 * @param floorMs time of the unavoidable arithmetic alone
 * @param gflops unavoidable operations over the median time, in 10^9 per second
 * @param phases milliseconds per phase; they add up to the median time
 */
public record Measurement(
        String name,
        int threads,
        double msMedian,
        double msMin,
        double floorMs,
        double gflops,
        Map<String, Double> phases) {
    /** Median time over the floor. */
    public double ratio() {
        return msMedian / floorMs;
    }
}
