package org.cfcql.data.batch;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import org.cfcql.data.Cut;
import org.cfcql.data.Dataset;
import org.cfcql.data.DatasetField;
import org.cfcql.data.DoneConvention;
import org.cfcql.data.TaskCard;
import org.cfcql.data.npy.NpyFile;
import org.cfcql.env.ActionSpace;
import org.cfcql.error.UserError;

/** The episodes of a data set with discrete actions, copied from its mapped files. */
final class StoredEpisodes implements EpisodeSource {
    private final Dataset dataset;
    private final TaskCard task;
    private final NpyFile observations;
    private final NpyFile state;
    private final NpyFile actions;
    private final NpyFile available;
    private final NpyFile rewards;
    private final NpyFile terminated;
    private final NpyFile truncated;

    /**
     * The episodes of a data set.
     *
     * @throws UserError if its actions are continuous or its agents have rewards of their own
     */
    StoredEpisodes(Dataset dataset) {
        this.dataset = dataset;
        task = dataset.card().task();
        if (!(task.actionSpace() instanceof ActionSpace.Discrete) || task.perAgentReward()) {
            throw new UserError(
                    dataset.folder()
                            + ": expected discrete actions and one reward of the team, found "
                            + (task.perAgentReward() ? "a reward per agent" : "continuous actions")
                            + "; whole episodes are sampled in the discrete branch only");
        }
        observations = dataset.file(DatasetField.OBSERVATIONS);
        state = dataset.file(DatasetField.STATE);
        actions = dataset.file(DatasetField.ACTIONS);
        available = dataset.file(DatasetField.AVAILABLE_ACTIONS);
        rewards = dataset.file(DatasetField.REWARDS);
        terminated = dataset.file(DatasetField.TERMINATED);
        truncated = dataset.file(DatasetField.TRUNCATED);
    }

    @Override
    public TaskCard task() {
        return task;
    }

    /**
     * Steps that learners see. Where what followed the last one is unknown and they would bootstrap
     * from it, that step is left out: they bootstrap from its observation, which is known.
     */
    @Override
    public int length(int episode) {
        int steps = dataset.length(episode);
        byte cut = truncated.byteAt(dataset.firstRow(episode) + steps - 1);
        return Cut.successorUnknown(cut) && !isDone(episode) ? steps - 1 : steps;
    }

    @Override
    public boolean endsForGood(int episode) {
        return isDone(episode);
    }

    private boolean isDone(int episode) {
        long last = dataset.firstRow(episode) + dataset.length(episode) - 1;
        return DoneConvention.PAPER.isDone(
                task.timeoutKind(), terminated.byteAt(last), truncated.byteAt(last));
    }

    @Override
    public void copyObservations(int episode, FloatBuffer target, int at) {
        observations.copyFloats(dataset.firstRow(episode), rows(episode), target, at);
    }

    @Override
    public void copyState(int episode, FloatBuffer target, int at) {
        state.copyFloats(dataset.firstRow(episode), rows(episode), target, at);
    }

    @Override
    public void copyActions(int episode, LongBuffer target, int at) {
        actions.copyInts(dataset.firstRow(episode), rows(episode), target, at);
        int choices = task.actionSpace().size();
        int numbers = rows(episode) * task.agents().size();
        for (int index = at; index < at + numbers; index++) {
            if (target.get(index) < 0 || target.get(index) >= choices) {
                throw new UserError(
                        "%s: expected actions from 0 to %d, found %d in episode %d; see cfcql data verify %s"
                                .formatted(
                                        actions.path(),
                                        choices - 1,
                                        target.get(index),
                                        episode,
                                        dataset.folder()));
            }
        }
    }

    @Override
    public void copyAvailableActions(int episode, ByteBuffer target, int at) {
        available.copyBytes(dataset.firstRow(episode), rows(episode), target, at);
        allowSomething(target, at + length(episode) * task.agents().size() * actions());
    }

    /** A learner takes a maximum over what is available at the end: where nothing is, all is. */
    private void allowSomething(ByteBuffer target, int finalSlot) {
        for (int agent = 0; agent < task.agents().size(); agent++) {
            int at = finalSlot + agent * actions();
            boolean any = false;
            for (int action = 0; action < actions(); action++) {
                any |= target.get(at + action) != 0;
            }
            for (int action = 0; action < actions() && !any; action++) {
                target.put(at + action, (byte) 1);
            }
        }
    }

    private int actions() {
        return task.actionSpace().size();
    }

    @Override
    public void copyRewards(int episode, FloatBuffer target, int at) {
        rewards.copyFloats(dataset.firstRow(episode), length(episode), target, at);
    }

    private int rows(int episode) {
        return length(episode) + 1;
    }
}
