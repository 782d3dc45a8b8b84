package org.cfcql.run.folder;

import java.util.List;

/**
 * Statistics of a few numbers.
 *
 * @param count how many
 * @param mean their mean
 * @param std sample deviation; 0 for a single one
 * @param min smallest
 * @param max largest
 */
public record ScoreSample(int count, double mean, double std, double min, double max) {
    /** Statistics of at least one number. */
    public static ScoreSample of(List<Double> values) {
        double sum = 0;
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            sum += value;
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
        double mean = sum / values.size();
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        double std = values.size() > 1 ? Math.sqrt(squares / (values.size() - 1)) : 0;
        return new ScoreSample(values.size(), mean, std, min, max);
    }
}
