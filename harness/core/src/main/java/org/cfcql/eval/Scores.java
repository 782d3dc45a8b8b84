package org.cfcql.eval;

import java.util.List;

/**
 * Statistics of episode scores.
 *
 * @param episodes number of episodes
 * @param mean their mean
 * @param std sample standard deviation, 0 for a single episode
 * @param min smallest
 * @param max largest
 */
public record Scores(int episodes, double mean, double std, double min, double max) {
    /** Statistics of at least one episode, summed in order. */
    public static Scores of(List<EpisodeResult> results) {
        if (results.isEmpty()) {
            throw new IllegalArgumentException("expected at least one episode, found none");
        }
        double sum = 0;
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (EpisodeResult result : results) {
            sum += result.score();
            min = Math.min(min, result.score());
            max = Math.max(max, result.score());
        }
        double mean = sum / results.size();
        double squares = 0;
        for (EpisodeResult result : results) {
            squares += (result.score() - mean) * (result.score() - mean);
        }
        double std = results.size() > 1 ? Math.sqrt(squares / (results.size() - 1)) : 0;
        return new Scores(results.size(), mean, std, min, max);
    }
}
