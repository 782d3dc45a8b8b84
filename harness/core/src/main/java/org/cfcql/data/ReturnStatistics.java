package org.cfcql.data;

/**
 * Returns of a data set's episodes.
 *
 * @param mean mean over episodes
 * @param std sample deviation over episodes; 0 for a single one
 * @param min smallest return
 * @param max largest return
 */
public record ReturnStatistics(double mean, double std, double min, double max) {
    /** Statistics of at least one return. */
    public static ReturnStatistics of(double[] returns) {
        double sum = 0;
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (double value : returns) {
            sum += value;
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
        double mean = sum / returns.length;
        double squares = 0;
        for (double value : returns) {
            squares += (value - mean) * (value - mean);
        }
        double std = returns.length > 1 ? Math.sqrt(squares / (returns.length - 1)) : 0;
        return new ReturnStatistics(mean, std, min, max);
    }
}
