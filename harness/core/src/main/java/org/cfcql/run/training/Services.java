package org.cfcql.run.training;

import java.util.List;
import org.cfcql.env.EnvironmentProvider;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.eval.EpisodeResult;
import org.cfcql.learn.AlgorithmLookup;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.Policy;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.run.dataset.DatasetDirectory;
import org.cfcql.run.dataset.DatasetFacts;
import org.cfcql.run.dataset.OwnPlay;
import org.cfcql.run.plan.Cell;

/**
 * What a run takes from the rest of the harness; tests put fakes here.
 *
 * @param datasets finds data sets
 * @param environments opens environments
 * @param algorithms finds algorithms; throws a user error with a suggestion for an unknown one
 * @param evaluator plays episodes
 */
public record Services(
        DatasetDirectory datasets,
        EnvironmentProvider environments,
        AlgorithmLookup algorithms,
        EpisodeEvaluator evaluator) {

    /**
     * The algorithm of a cell with the cell's settings read.
     *
     * @throws org.cfcql.error.UserError for a key that is unknown, out of range or without effect
     */
    public ConfiguredAlgorithm configure(Cell cell, TaskShape task, Settings settings) {
        return Algorithms.configure(
                algorithms().find(cell.algorithm(), cell.settings()), task, settings, cell.track());
    }

    /**
     * What is known of a cell's data before its environment is opened; for a cell without data a
     * task of about the right size.
     */
    public DatasetFacts facts(Cell cell) {
        if (!cell.online()) {
            return datasets.facts(cell.material().path());
        }
        return OwnPlay.reckoned(cell.environment().id(), cell.branch());
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
