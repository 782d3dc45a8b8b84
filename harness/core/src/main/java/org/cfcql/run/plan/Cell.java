package org.cfcql.run.plan;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.budget.Scale;
import org.cfcql.data.batch.EpisodeSubset;
import org.cfcql.eval.EvaluationSeeds;
import org.cfcql.eval.EvaluationSeeds.StartStates;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Track;
import org.cfcql.random.SeedTree;
import org.cfcql.run.experiment.Experiment.EnvironmentChoice;
import org.cfcql.tensor.Precision;

/**
 * One run: an algorithm on a task with one data set, seed and track. Everything that can change its
 * numbers is here or below the things named here.
 *
 * @param id name of its folder: {@code ALGORITHM[-VARIANT]__ENV__DATASET__sSEED__TRACK}
 * @param algorithm algorithm id
 * @param variant swept keys and their values, for example {@code alpha=0.5}; empty without sweep
 * @param settings the algorithm's keys set by the experiment
 * @param environment task
 * @param branch branch of the task
 * @param datasetPath folder of the data as the experiment writes it; empty for an algorithm that
 *     learns online
 * @param datasetName short name of the data
 * @param seed seed of every random stream
 * @param track rule by which updates are granted
 * @param rounds rounds of training; in the discrete branch one gradient step each
 * @param batch transitions in a minibatch; in the discrete branch episodes
 * @param criticPerActor critic updates granted per round on the equal track
 * @param evaluation protocol of evaluation
 * @param replay {@code independent}, or {@code replayed}: the sampler's stream starts anew at each
 *     evaluation
 * @param device device of training
 * @param precision precision of training
 * @param dataEpisodes episodes drawn from the data before training; 0 for all
 * @param kernels {@code on}, or {@code off}: LibTorch's own operations instead of the compiled
 *     kernels
 * @param scale share of the experiment's budget; {@code rounds} is that share already
 */
public record Cell(
        String id,
        String algorithm,
        String variant,
        SortedMap<String, Object> settings,
        EnvironmentChoice environment,
        Branch branch,
        String datasetPath,
        String datasetName,
        long seed,
        Track track,
        int rounds,
        int batch,
        int criticPerActor,
        EvaluationProtocol evaluation,
        String replay,
        String device,
        Precision precision,
        int dataEpisodes,
        String kernels,
        Scale scale) {

    /** Copies the settings; plans of earlier versions say nothing of kernels and scale. */
    public Cell {
        settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
        kernels = kernels == null ? "on" : kernels;
        scale = scale == null ? Scale.FULL : scale;
    }

    /**
     * When and how a policy is evaluated.
     *
     * @param every rounds (discrete: gradient steps) between evaluations; evaluation k happens
     *     before round {@code k · every}
     * @param episodes episodes of such an evaluation
     * @param finalEpisodes episodes of the evaluation after the last round
     * @param startStates {@code independent}, or {@code fixed10}: episode e of every evaluation
     *     starts like episode e mod 10 of the first (the published behaviour)
     */
    public record EvaluationProtocol(
            int every, int episodes, int finalEpisodes, String startStates) {
        private static final int MOST_ENVIRONMENTS = 100;

        /** Environments stepped together; results do not depend on their number. */
        public int environments() {
            return Math.min(MOST_ENVIRONMENTS, Math.max(episodes, finalEpisodes));
        }

        /** Times that all environments start together to play so many episodes. */
        public static long vectors(int episodes) {
            return (episodes + MOST_ENVIRONMENTS - 1) / MOST_ENVIRONMENTS;
        }
    }

    /** Whether it has no stored data and plays for itself. */
    public boolean online() {
        return datasetPath.isEmpty();
    }

    /** The same cell on the processor: sizes and settings can be checked without its device. */
    public Cell onProcessor() {
        return new Cell(
                id,
                algorithm,
                variant,
                settings,
                environment,
                branch,
                datasetPath,
                datasetName,
                seed,
                track,
                rounds,
                batch,
                criticPerActor,
                evaluation,
                replay,
                "cpu",
                precision,
                dataEpisodes,
                kernels,
                scale);
    }

    /** Whether the compiled kernels may be used. */
    public boolean wantsKernels() {
        return kernels.equals("on");
    }

    /** The episodes of the data that training sees. */
    public EpisodeSubset subset() {
        return dataEpisodes == 0
                ? EpisodeSubset.ALL
                : new EpisodeSubset(dataEpisodes, seeds().child("dataset").seed());
    }

    /** The node from which every random stream of the cell is derived. */
    public SeedTree seeds() {
        return new SeedTree(seed);
    }

    /**
     * Seeds of the episodes of evaluation k.
     *
     * <p>They depend on the cell's seed and the environment only, so algorithms are compared on the
     * same episodes.
     */
    public List<Long> evaluationSeeds(long k) {
        return evaluationNode().evaluation(k, evaluation.episodes());
    }

    /** Seeds of the episodes of the final evaluation. */
    public List<Long> finalEvaluationSeeds() {
        return evaluationNode().finalEvaluation(evaluation.finalEpisodes());
    }

    private EvaluationSeeds evaluationNode() {
        StartStates states =
                evaluation.startStates().equals("fixed10")
                        ? StartStates.FIXED10
                        : StartStates.FRESH;
        return new EvaluationSeeds(seed, environment.id(), states);
    }
}
