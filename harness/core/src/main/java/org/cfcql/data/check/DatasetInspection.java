package org.cfcql.data.check;

import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.cfcql.data.Cut;
import org.cfcql.data.Dataset;
import org.cfcql.data.DatasetCard;
import org.cfcql.data.DatasetField;
import org.cfcql.data.ReturnStatistics;
import org.cfcql.data.TaskCard;
import org.cfcql.data.npy.NpyFile;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.cfcql.error.OrderlyEnd;

/** Counts, returns and sums of a data set, computed from its arrays. */
public final class DatasetInspection {
    private final Dataset dataset;
    private final TaskCard task;

    private DatasetInspection(Dataset dataset) {
        this.dataset = dataset;
        this.task = dataset.card().task();
    }

    /**
     * Numbers by name, in the order to be shown. {@code sum_obs}, {@code sum_state} and {@code
     * sum_actions} run over all stored slots of discrete data (the bootstrap slot included) and
     * over executed steps of continuous data, whose final rows hold no action; {@code sum_obs_i}
     * and {@code sum_acs_i} are those of agent i; {@code sum_observations} runs over executed steps
     * always.
     */
    public static Map<String, Object> of(Dataset dataset) {
        return new DatasetInspection(dataset).inspect();
    }

    private Map<String, Object> inspect() {
        DatasetCard card = dataset.card();
        ReturnStatistics returns = ReturnStatistics.of(wholeReturns(dataset));
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("environment", task.environment());
        values.put("kind", card.kind());
        values.put("episodes", card.episodes());
        values.put("transitions", card.transitions());
        values.put("mean_length", (double) card.transitions() / card.episodes());
        values.put("mean_return", returns.mean());
        values.put("std_return", returns.std());
        values.put("min_return", returns.min());
        values.put("max_return", returns.max());
        sums(values);
        values.put("done_is_time_limit", doneIsTimeLimit());
        ends(values);
        values.put("agents", task.agents().size());
        values.put("observation_size", task.observationSize());
        values.put("state_size", task.stateSize());
        values.put("action_size", task.actionSpace().size());
        values.put("episode_limit", task.episodeLimit());
        values.put("fingerprint", task.fingerprint());
        values.put("hash", card.hash());
        return values;
    }

    /** Returns of the episodes that the end of the data did not cut; of all if it cut all. */
    static double[] wholeReturns(Dataset dataset) {
        double[] returns = returns(dataset);
        double[] whole =
                IntStream.range(0, returns.length)
                        .filter(episode -> !Cut.dataEnded(cut(dataset, episode)))
                        .mapToDouble(episode -> returns[episode])
                        .toArray();
        return whole.length == 0 ? returns : whole;
    }

    private static byte cut(Dataset dataset, int episode) {
        long last = dataset.firstRow(episode) + dataset.length(episode) - 1;
        return dataset.file(DatasetField.TRUNCATED).byteAt(last);
    }

    /** Return of every episode, recomputed from the stored rewards. */
    public static double[] returns(Dataset dataset) {
        TaskCard task = dataset.card().task();
        NpyFile rewards = dataset.file(DatasetField.REWARDS);
        int width = task.rewardWidth();
        float[] row = new float[width];
        FloatBuffer buffer = FloatBuffer.wrap(row);
        double[] returns = new double[dataset.episodes()];
        for (int episode = 0; episode < returns.length; episode++) {
            long first = dataset.firstRow(episode);
            for (int step = 0; step < dataset.length(episode); step++) {
                rewards.copyFloats(first + step, 1, buffer, 0);
                returns[episode] += task.score(row, 0);
            }
        }
        return returns;
    }

    private void sums(Map<String, Object> values) {
        boolean discrete = task.actionSpace() instanceof ActionSpace.Discrete;
        double[] observations = perAgent(DatasetField.OBSERVATIONS, discrete);
        double[] actions = perAgent(DatasetField.ACTIONS, discrete);
        values.put("sum_obs", total(observations));
        if (dataset.file(DatasetField.STATE) == null) {
            values.put("sum_state", total(observations));
        } else {
            values.put("sum_state", total(columns(DatasetField.STATE, discrete)));
        }
        values.put("sum_actions", total(actions));
        values.put(
                "sum_observations",
                discrete ? total(perAgent(DatasetField.OBSERVATIONS, false)) : total(observations));
        for (int agent = 0; agent < task.agents().size(); agent++) {
            values.put("sum_obs_" + agent, observations[agent]);
            values.put("sum_acs_" + agent, actions[agent]);
        }
    }

    private void ends(Map<String, Object> values) {
        EpisodeEnds ends = EpisodeEnds.of(dataset);
        values.put("terminated_before_limit", ends.terminated());
        values.put("terminated_at_limit", ends.terminatedAtLimit());
        values.put("cut_before_limit", ends.cut());
        values.put("cut_at_limit", ends.cutAtLimit());
        values.put("cut_by_end_of_data", ends.dataEnded());
        values.put("unknown_successors", ends.successorUnknown());
        values.put("going_on_after_cut", ends.goingOn());
        values.put("agents_without_action", withoutAction());
    }

    /** How often an agent has nothing to choose from, final rows included. */
    private long withoutAction() {
        NpyFile available = dataset.file(DatasetField.AVAILABLE_ACTIONS);
        if (available == null) {
            return 0;
        }
        int width = task.actionSpace().size();
        long count = 0;
        for (long row = 0; row < available.rows(); row++) {
            OrderlyEnd.safePlace();
            for (int agent = 0; agent < task.agents().size(); agent++) {
                boolean any = false;
                for (int action = 0; action < width && !any; action++) {
                    any = available.value(row, (long) agent * width + action) != 0;
                }
                count += any ? 0 : 1;
            }
        }
        return count;
    }

    private double[] perAgent(DatasetField field, boolean finalRows) {
        double[] columns = columns(field, finalRows);
        double[] sums = new double[task.agents().size()];
        int width = columns.length / sums.length;
        for (int column = 0; column < columns.length; column++) {
            sums[column / width] += columns[column];
        }
        return sums;
    }

    /** Sum of each column over all rows, or over all but the final row of each episode. */
    private double[] columns(DatasetField field, boolean finalRows) {
        NpyFile file = dataset.file(field);
        double[] sums = new double[file.rowElements()];
        for (int episode = 0; episode < dataset.episodes(); episode++) {
            OrderlyEnd.safePlace();
            long first = dataset.firstRow(episode);
            int rows = dataset.length(episode) + (finalRows ? 1 : 0);
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < sums.length; column++) {
                    sums[column] += file.value(first + row, column);
                }
            }
        }
        return sums;
    }

    private static double total(double[] parts) {
        double sum = 0;
        for (double part : parts) {
            sum += part;
        }
        return sum;
    }

    /** Whether learners of the paper see episodes end, and see it at the time limit only. */
    private boolean doneIsTimeLimit() {
        if (task.timeoutKind() != TimeoutKind.TERMINAL) {
            return false;
        }
        boolean any = false;
        for (int episode = 0; episode < dataset.episodes(); episode++) {
            long last = dataset.firstRow(episode) + dataset.length(episode) - 1;
            if (dataset.file(DatasetField.TERMINATED).byteAt(last) != 0) {
                return false;
            }
            any |= dataset.file(DatasetField.TRUNCATED).byteAt(last) != 0;
        }
        return any;
    }
}
