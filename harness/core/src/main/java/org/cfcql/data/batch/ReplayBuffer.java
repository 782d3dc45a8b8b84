package org.cfcql.data.batch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.cfcql.data.DatasetWriter;
import org.cfcql.data.DistinctIndices;
import org.cfcql.data.DoneConvention;
import org.cfcql.data.EpisodeBuffer;
import org.cfcql.data.StoredEpisode;
import org.cfcql.data.TaskCard;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.TensorFactory;

/**
 * What an online learner remembers: the most recent episodes with continuous actions, oldest first.
 *
 * <p>When the capacity is passed, whole episodes are forgotten from the old end, so that what is
 * left can be stored as a data set. Bounded by {@code capacity} transitions plus one episode.
 */
public final class ReplayBuffer {
    private final TaskCard task;
    private final StoredEpisode.Widths widths;
    private final long capacity;
    private final List<StoredEpisode> episodes = new ArrayList<>();

    /** Index of each episode's first transition since the beginning of all. */
    private final List<Long> starts = new ArrayList<>();

    private int oldest;
    private long appended;

    /**
     * An empty buffer.
     *
     * @param task the environment; continuous actions
     * @param capacity transitions kept
     */
    public ReplayBuffer(TaskCard task, long capacity) {
        this.task = task;
        this.widths = StoredEpisode.Widths.of(task);
        this.capacity = capacity;
    }

    /** Transitions held. */
    public long transitions() {
        return oldest == episodes.size() ? 0 : appended - starts.get(oldest);
    }

    /** Transitions ever appended. */
    public long appendedTransitions() {
        return appended;
    }

    /** Episodes ever appended. */
    public int appendedEpisodes() {
        return episodes.size();
    }

    /** Episodes held. */
    public int episodes() {
        return episodes.size() - oldest;
    }

    /**
     * Copies a finished episode.
     *
     * @return its bytes, for a file that {@link #appendAll} reads back
     */
    public ByteBuffer append(EpisodeBuffer episode) {
        StoredEpisode copy = episode.stored();
        add(copy);
        return copy.toBytes();
    }

    /**
     * Adds all episodes of a stream of bytes that {@link #append} returned.
     *
     * @throws IOException if it cannot be read or ends within an episode
     */
    public void appendAll(InputStream stored) throws IOException {
        Optional<StoredEpisode> next = StoredEpisode.read(stored, task);
        while (next.isPresent()) {
            add(next.get());
            next = StoredEpisode.read(stored, task);
        }
    }

    private void add(StoredEpisode episode) {
        episodes.add(episode);
        starts.add(appended);
        appended += episode.length();
        while (episodes() > 1 && transitions() - episodes.get(oldest).length() >= capacity) {
            episodes.set(oldest++, null);
        }
    }

    /**
     * Writes episodes held, oldest first: all of them, or as many as have at most some transitions
     * together, spread evenly over what is held.
     *
     * @param atMost transitions to write
     */
    public void writeTo(DatasetWriter writer, long atMost) {
        EpisodeBuffer buffer = new EpisodeBuffer(task);
        double share = Math.min(1, (double) atMost / Math.max(1, transitions()));
        long passed = 0;
        long written = 0;
        for (StoredEpisode episode : episodes.subList(oldest, episodes.size())) {
            passed += episode.length();
            if (written + episode.length() <= Math.round(share * passed)) {
                written += episode.length();
                buffer.fill(episode);
                writer.append(buffer);
            }
        }
    }

    /**
     * Transitions drawn uniformly without replacement within the batch; the draws without a stored
     * follower's action take that of the oldest transition (spec 2.2).
     *
     * @param batchSize at most {@link #transitions()}
     */
    public TransitionBatch sample(int batchSize, RandomStream stream, TensorFactory tensors) {
        int held = Math.toIntExact(transitions());
        int[] indices = new DistinctIndices(held, batchSize).next(stream);
        Gathered gathered = new Gathered(batchSize);
        for (int item = 0; item < batchSize; item++) {
            gathered.take(item, indices[item], held);
        }
        return gathered.toBatch(tensors);
    }

    private int episodeOf(long transition) {
        int found = Collections.binarySearch(starts, transition);
        return found >= 0 ? found : -found - 2;
    }

    /** Rows of a batch on their way to tensors. */
    private final class Gathered {
        private final int size;
        private final int agents = task.agents().size();
        private final float[] observations;
        private final float[] nextObservations;
        private final float[] state;
        private final float[] nextState;
        private final float[] actions;
        private final float[] nextActions;
        private final float[] rewards;
        private final float[] dones;

        Gathered(int size) {
            this.size = size;
            observations = new float[size * widths.observations()];
            nextObservations = new float[size * widths.observations()];
            state = new float[size * widths.state()];
            nextState = new float[size * widths.state()];
            actions = new float[size * widths.actions()];
            nextActions = new float[size * widths.actions()];
            rewards = new float[size * agents];
            dones = new float[size * agents];
        }

        void take(int item, int index, int held) {
            long first = starts.get(oldest);
            long transition = first + index;
            int number = episodeOf(transition);
            StoredEpisode episode = episodes.get(number);
            int row = (int) (transition - starts.get(number));
            copyRow(episode.observations(), row, observations, item, widths.observations());
            copyRow(episode.observations(), row + 1, nextObservations, item, widths.observations());
            copyRow(episode.state(), row, state, item, widths.state());
            copyRow(episode.state(), row + 1, nextState, item, widths.state());
            copyRow(episode.actions(), row, actions, item, widths.actions());
            long following = first + (index + 1) % held;
            int followingNumber = episodeOf(following);
            copyRow(
                    episodes.get(followingNumber).actions(),
                    (int) (following - starts.get(followingNumber)),
                    nextActions,
                    item,
                    widths.actions());
            boolean done = isDone(episode, row);
            for (int agent = 0; agent < agents; agent++) {
                int source = row * widths.rewards() + (widths.rewards() == 1 ? 0 : agent);
                rewards[item * agents + agent] = episode.rewards()[source];
                dones[item * agents + agent] = done ? 1 : 0;
            }
        }

        private boolean isDone(StoredEpisode episode, int row) {
            boolean last = row == episode.length() - 1;
            byte terminated = (byte) (last && episode.terminated() ? 1 : 0);
            byte truncated = (byte) (last && episode.truncated() ? 1 : 0);
            return DoneConvention.PAPER.isDone(task.timeoutKind(), terminated, truncated);
        }

        TransitionBatch toBatch(TensorFactory tensors) {
            int seen = task.observationSize();
            int action = task.actionSpace().size();
            boolean derived = task.stateIsObservations();
            int stateSize = task.stateSize();
            return new TransitionBatch(
                    tensors.of(observations, size, agents, seen),
                    tensors.of(actions, size, agents, action),
                    tensors.of(rewards, size, agents),
                    tensors.of(dones, size, agents),
                    tensors.of(nextObservations, size, agents, seen),
                    tensors.of(nextActions, size, agents, action),
                    tensors.of(derived ? observations : state, size, stateSize),
                    tensors.of(derived ? nextObservations : nextState, size, stateSize));
        }
    }

    private static void copyRow(float[] from, int fromRow, float[] to, int toRow, int width) {
        System.arraycopy(from, fromRow * width, to, toRow * width, width);
    }
}
