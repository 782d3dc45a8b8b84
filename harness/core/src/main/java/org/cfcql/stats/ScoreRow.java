package org.cfcql.stats;

import java.util.OptionalDouble;

/**
 * One finished run, a line of {@code scores.csv}.
 *
 * @param environment id of the environment
 * @param dataset name of the data set
 * @param algorithm id of the algorithm, with its variant where one was swept
 * @param seed seed of the cell
 * @param track {@code equal} or {@code paper}
 * @param score final evaluation in the environment's own unit
 * @param normalized normalised score, where references hold for this environment
 */
public record ScoreRow(
        String environment,
        String dataset,
        String algorithm,
        long seed,
        String track,
        double score,
        OptionalDouble normalized) {

    /** Environment and data set. */
    public String task() {
        return environment + "/" + dataset;
    }
}
