package org.cfcql.run;

import java.util.List;
import java.util.function.Function;
import org.cfcql.env.EnvironmentProvider;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.eval.EpisodeResult;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Policy;
import org.cfcql.learn.TaskShape;

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

    /**
     * The shape of a cell's task before its environment is opened: that of its data; for a cell
     * without data one of about the right size.
     */
    TaskShape task(Cell cell) {
        return cell.online()
                ? OnlinePlay.reckonedShape(cell.environment().id(), cell.branch())
                : datasets.facts(cell.datasetPath()).task();
    }

    /** Plays one episode per seed. */
    public interface EpisodeEvaluator {
        /** Outcomes in the order of the seeds. */
        List<EpisodeResult> evaluate(
                VectorEnvironment environment, Policy policy, List<Long> seeds);

        /** Episodes begun in vain so far, because their environment was lost. */
        default long repeatedEpisodes() {
            return 0;
        }
    }
}
