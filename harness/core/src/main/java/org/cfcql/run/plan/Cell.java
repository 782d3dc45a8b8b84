package org.cfcql.run.plan;

import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
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
import org.cfcql.run.experiment.Replay;
import org.cfcql.tensor.Compute;

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
 * @param seed seed of every random stream
 * @param track rule by which updates are granted
 * @param material what it learns from
 * @param length how long it trains
 * @param evaluation protocol of evaluation
 * @param compute what computes it
 */
public record Cell(
        String id,
        String algorithm,
        String variant,
        SortedMap<String, Object> settings,
        EnvironmentChoice environment,
        Branch branch,
        long seed,
        Track track,
        Material material,
        Length length,
        EvaluationProtocol evaluation,
        Compute compute) {

    /** Copies the settings. */
    public Cell {
        settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    }

    /**
     * What a cell learns from.
     *
     * @param path folder of the data as the experiment writes it; empty for an algorithm that
     *     learns online
     * @param name short name of the data
     * @param episodes episodes drawn from the data before training; empty for all
     * @param replay how the sampler goes on after an evaluation
     */
    public record Material(String path, String name, OptionalInt episodes, Replay replay) {}

    /**
     * How long a cell trains.
     *
     * @param rounds rounds of training; in the discrete branch one gradient step each
     * @param batch transitions in a minibatch; in the discrete branch episodes
     * @param criticPerActor critic updates granted per round on the equal track
     * @param scale share of the experiment's budget; {@code rounds} is that share already
     */
    public record Length(int rounds, int batch, int criticPerActor, Scale scale) {}

    /**
     * When and how a policy is evaluated.
     *
     * @param every rounds (discrete: gradient steps) between evaluations; evaluation k happens
     *     before round {@code k · every}
     * @param episodes episodes of such an evaluation
     * @param finalEpisodes episodes of the evaluation after the last round
     * @param startStates where episodes start
     */
    public record EvaluationProtocol(
            int every, int episodes, int finalEpisodes, StartStates startStates) {
        private static final int MOST_ENVIRONMENTS = 100;

        /** No evaluation at all; {@code every} still paces what is logged. */
        public static EvaluationProtocol none(int every, StartStates startStates) {
            return new EvaluationProtocol(every, 0, 0, startStates);
        }

        /** Whether policies are evaluated. */
        public boolean takesPlace() {
            return finalEpisodes > 0;
        }

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
        return material.path().isEmpty();
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
                seed,
                track,
                material,
                length,
                evaluation,
                compute.onProcessor());
    }

    /** The episodes of the data that training sees. */
    public EpisodeSubset subset() {
        return material.episodes().isEmpty()
                ? EpisodeSubset.ALL
                : new EpisodeSubset(
                        material.episodes().getAsInt(), seeds().child("dataset").seed());
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
        return new EvaluationSeeds(seed, environment.id(), evaluation.startStates());
    }
}
