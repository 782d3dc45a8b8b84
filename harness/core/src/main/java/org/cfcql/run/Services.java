package org.cfcql.run;

import java.util.List;
import java.util.SortedMap;
import java.util.function.Function;
import org.cfcql.env.EnvironmentProvider;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Policy;

/**
 * What a run takes from the rest of the harness; tests put fakes here.
 *
 * @param datasets finds data sets
 * @param environments opens environments
 * @param algorithms finds algorithms by id; throws a user error with a suggestion for an unknown
 *     one
 * @param evaluator plays episodes
 */
public record Services(
        DatasetDirectory datasets,
        EnvironmentProvider environments,
        Function<String, Algorithm> algorithms,
        EpisodeEvaluator evaluator) {

    /** Plays one episode per seed. */
    public interface EpisodeEvaluator {
        /** Outcomes in the order of the seeds. */
        List<EpisodeOutcome> evaluate(
                VectorEnvironment environment, Policy policy, List<Long> seeds);
    }

    /**
     * What came of an episode.
     *
     * @param score the paper's score of the episode
     * @param agentReturns undiscounted return of each agent
     * @param length steps
     * @param info further numbers by name
     */
    public record EpisodeOutcome(
            double score, double[] agentReturns, int length, SortedMap<String, Double> info) {}
}
