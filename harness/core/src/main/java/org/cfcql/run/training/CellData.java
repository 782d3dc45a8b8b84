package org.cfcql.run.training;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.data.batch.EpisodeSubset;
import org.cfcql.data.batch.Sampler;
import org.cfcql.learn.Policy;
import org.cfcql.random.RandomStream;
import org.cfcql.run.dataset.DatasetDirectory;
import org.cfcql.run.dataset.DatasetFacts;
import org.cfcql.run.folder.EvaluationHistory;
import org.cfcql.run.model.PolicyFile;
import org.cfcql.run.plan.Cell;
import org.cfcql.tensor.TensorFactory;

/** Where a cell's minibatches come from: a data set, or its own play. */
public interface CellData extends AutoCloseable {
    /** What is known of the data when the cell starts. */
    DatasetFacts facts();

    /**
     * Opens a sampler.
     *
     * @param batch transitions in a minibatch
     */
    Sampler open(int batch, RandomStream stream, TensorFactory tensors);

    /** Called before each round of training; online data play here. */
    default void beforeRound(int round, Policy policy) {}

    /** Numbers of the play so far, for the lines of evaluations; empty for stored data. */
    default SortedMap<String, Double> progress() {
        return new TreeMap<>();
    }

    /** Numbers of the play so far, for the lines of metrics; empty for stored data. */
    default SortedMap<String, Double> roundNumbers() {
        return new TreeMap<>();
    }

    /** Nanoseconds spent since the last call, by the name under which timings keep them. */
    default SortedMap<String, Long> takeTimes() {
        return new TreeMap<>();
    }

    /** Called after an evaluation along the way. */
    default void evaluated(Snapshot snapshot) {}

    /** Called once after the final evaluation, before the result is written. */
    default void finished(Snapshot snapshot) {}

    /**
     * Checks that stored data are still those the cell started with.
     *
     * @throws org.cfcql.error.UserError if their content is another by now
     */
    default void requireUnchanged() {}

    /** Lengths of append-only files, durable when this returns, for a checkpoint. */
    default Map<String, Long> lengths() {
        return Map.of();
    }

    @Override
    void close();

    /**
     * A cell right after an evaluation.
     *
     * @param round rounds trained
     * @param history scores so far, this evaluation's included
     * @param training the learner
     * @param description what its policy is
     */
    record Snapshot(
            int round,
            EvaluationHistory history,
            Training training,
            PolicyFile.Description description) {}

    /**
     * A data set on disk.
     *
     * @param datasets finds it
     * @param path as the experiment writes it
     * @param subset the episodes used
     */
    record Stored(DatasetDirectory datasets, String path, EpisodeSubset subset)
            implements CellData {
        /** The data of a cell. */
        public static Stored of(Cell cell, DatasetDirectory datasets) {
            return new Stored(datasets, cell.material().path(), cell.subset());
        }

        @Override
        public DatasetFacts facts() {
            return datasets.facts(path);
        }

        @Override
        public void requireUnchanged() {
            datasets.requireUnchanged(path);
        }

        @Override
        public Sampler open(int batch, RandomStream stream, TensorFactory tensors) {
            return datasets.open(path, subset, batch, stream, tensors);
        }

        @Override
        public void close() {
            // The directory keeps its mappings.
        }
    }
}
