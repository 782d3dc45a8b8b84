package org.cfcql.data;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.cfcql.data.npy.NpyFile;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.Actions;
import org.cfcql.env.Observations;
import org.cfcql.env.StepResult;

/**
 * One episode as it is played, L steps in L + 1 rows: the last row holds the final observation, and
 * its action, reward and flags are zero. Grows as needed and can be filled again.
 */
public final class EpisodeBuffer {
    private final TaskCard task;
    private final int observationWidth;
    private final int actionWidth;
    private final boolean discrete;
    private int length;
    private boolean terminated;
    private byte cut;
    private boolean separateNext;
    private double score;
    private float[] observations = new float[0];
    private float[] state = new float[0];
    private float[] vectors = new float[0];
    private int[] choices = new int[0];
    private byte[] available = new byte[0];
    private float[] rewards = new float[0];
    private float[] nextObservations = new float[0];
    private float[] nextState = new float[0];

    /** An empty buffer for episodes of a task. */
    public EpisodeBuffer(TaskCard task) {
        this.task = task;
        discrete = task.actionSpace() instanceof ActionSpace.Discrete;
        observationWidth = task.agents().size() * task.observationSize();
        actionWidth = task.agents().size() * (discrete ? 1 : task.actionSpace().size());
    }

    /** Forgets what it holds and starts an episode from row {@code environment} of a reset. */
    public void start(Observations first, int environment) {
        length = 0;
        score = 0;
        terminated = false;
        cut = 0;
        separateNext = false;
        Arrays.fill(vectors, 0);
        Arrays.fill(choices, 0);
        Arrays.fill(rewards, 0);
        see(first, environment);
    }

    /**
     * Adds a step of one environment of a vector.
     *
     * @param actions what was done in all environments
     * @param result what it brought
     * @param environment row of both that belongs to this episode
     */
    public void step(Actions actions, StepResult result, int environment) {
        if (isFinished()) {
            throw new IllegalStateException("the episode has ended after " + length + " steps");
        }
        if (actions instanceof Actions.Continuous continuous) {
            vectors = grown(vectors, (length + 2) * actionWidth);
            System.arraycopy(
                    continuous.values(),
                    environment * actionWidth,
                    vectors,
                    length * actionWidth,
                    actionWidth);
        } else if (actions instanceof Actions.Discrete numbered) {
            choices = grown(choices, (length + 2) * actionWidth);
            System.arraycopy(
                    numbered.values(),
                    environment * actionWidth,
                    choices,
                    length * actionWidth,
                    actionWidth);
        }
        int width = task.rewardWidth();
        rewards = grown(rewards, (length + 2) * width);
        System.arraycopy(result.rewards(), environment * width, rewards, length * width, width);
        score += task.score(rewards, length * width);
        terminated = result.terminated()[environment] != 0;
        cut = result.truncated()[environment] != 0 ? Cut.MADE : 0;
        length++;
        see(result.observations(), environment);
    }

    /** Sets the actions of the final row, which some sources choose and never execute. */
    public void chooseInVain(int[] actions) {
        choices = grown(choices, (length + 1) * actionWidth);
        System.arraycopy(actions, 0, choices, length * actionWidth, actionWidth);
    }

    /** A copy of what it holds; of episodes with continuous actions. */
    public StoredEpisode stored() {
        StoredEpisode.Widths widths = StoredEpisode.Widths.of(task);
        return new StoredEpisode(
                length,
                Arrays.copyOf(observations, (length + 1) * widths.observations()),
                Arrays.copyOf(state, (length + 1) * widths.state()),
                Arrays.copyOf(vectors, length * widths.actions()),
                Arrays.copyOf(rewards, length * widths.rewards()),
                terminated,
                truncated());
    }

    /** Holds a stored episode from now on. */
    public void fill(StoredEpisode episode) {
        hold(episode.length(), episode.terminated(), episode.truncated());
        put(episode.observations(), observations);
        put(episode.state(), state);
        put(episode.actions(), vectors);
        put(episode.rewards(), rewards);
        addUp();
    }

    /** Holds an episode of a data set from now on; next observations are those of the next row. */
    public void fill(Dataset dataset, int episode) {
        int steps = dataset.length(episode);
        long first = dataset.firstRow(episode);
        hold(steps, dataset.file(DatasetField.TERMINATED).byteAt(first + steps - 1) != 0, false);
        cut = dataset.file(DatasetField.TRUNCATED).byteAt(first + steps - 1);
        int rows = steps + 1;
        for (DatasetField field : DatasetField.of(task, false).keySet()) {
            NpyFile file = dataset.file(field);
            switch (field) {
                case OBSERVATIONS, STATE, REWARDS ->
                        file.copyFloats(first, rows, FloatBuffer.wrap(floats(field)), 0);
                case AVAILABLE_ACTIONS ->
                        file.copyBytes(first, rows, ByteBuffer.wrap(available), 0);
                case ACTIONS -> {
                    if (discrete) {
                        Arrays.setAll(
                                choices,
                                index ->
                                        index < rows * actionWidth
                                                ? (int) file.value(first, index)
                                                : 0);
                    } else {
                        file.copyFloats(first, rows, FloatBuffer.wrap(vectors), 0);
                    }
                }
                default -> {
                    // Flags are set; offsets follow from lengths.
                }
            }
        }
        addUp();
    }

    /** Makes room for an episode whose rows the caller fills; actions and rewards are zero. */
    public void hold(int steps, boolean byItsRules, boolean byTheLimit) {
        length = steps;
        terminated = byItsRules;
        cut = byTheLimit ? Cut.MADE : 0;
        separateNext = false;
        int rows = steps + 1;
        observations = grown(observations, rows * observationWidth);
        rewards = grown(rewards, rows * task.rewardWidth());
        Arrays.fill(rewards, 0);
        if (!task.stateIsObservations()) {
            state = grown(state, rows * task.stateSize());
        }
        if (discrete) {
            choices = grown(choices, rows * actionWidth);
            Arrays.fill(choices, 0);
        } else {
            vectors = grown(vectors, rows * actionWidth);
            Arrays.fill(vectors, 0);
        }
        if (task.masked()) {
            available = grown(available, rows * task.agents().size() * task.actionSpace().size());
        }
    }

    /** Computes the return of rewards that the caller filled. */
    public void addUp() {
        score = 0;
        for (int step = 0; step < length; step++) {
            score += task.score(rewards, step * task.rewardWidth());
        }
    }

    private static void put(float[] from, float[] to) {
        System.arraycopy(from, 0, to, 0, from.length);
    }

    /** Sets what a source calls the next observation of the step added last. */
    public void next(float[] observationsOfStep, float[] stateOfStep) {
        separateNext = true;
        nextObservations = grown(nextObservations, (length + 1) * observationWidth);
        System.arraycopy(
                observationsOfStep,
                0,
                nextObservations,
                (length - 1) * observationWidth,
                observationWidth);
        Arrays.fill(
                nextObservations, length * observationWidth, (length + 1) * observationWidth, 0);
        if (!task.stateIsObservations()) {
            int width = task.stateSize();
            nextState = grown(nextState, (length + 1) * width);
            System.arraycopy(stateOfStep, 0, nextState, (length - 1) * width, width);
            Arrays.fill(nextState, length * width, (length + 1) * width, 0);
        }
    }

    /** Steps so far. */
    public int length() {
        return length;
    }

    /** Whether the last step ended the episode. */
    public boolean isFinished() {
        return terminated || cut != 0;
    }

    /** Return so far, under the task's reduction of rewards. */
    public double score() {
        return score;
    }

    /** Whether the task ended the episode by its own rules. */
    public boolean terminated() {
        return terminated;
    }

    /** Whether the limit cut the episode. */
    public boolean truncated() {
        return cut != 0;
    }

    /** The marks of {@link Cut}; 0 where nothing cut the episode. */
    byte cut() {
        return cut;
    }

    boolean separateNext() {
        return separateNext;
    }

    /** The array behind a field of floats, longer than its rows; not a copy. */
    public float[] floats(DatasetField field) {
        return switch (field) {
            case OBSERVATIONS -> observations;
            case STATE -> state;
            case ACTIONS -> vectors;
            case REWARDS -> rewards;
            case NEXT_OBSERVATIONS -> nextObservations;
            case NEXT_STATE -> nextState;
            default -> throw new IllegalArgumentException(field + " does not hold floats");
        };
    }

    /** The array behind discrete actions, longer than its rows; not a copy. */
    public int[] choices() {
        return choices;
    }

    /** The array behind the masks of actions, longer than its rows; not a copy. */
    public byte[] available() {
        return available;
    }

    private void see(Observations seen, int environment) {
        observations = grown(observations, (length + 1) * observationWidth);
        System.arraycopy(
                seen.observations(),
                environment * observationWidth,
                observations,
                length * observationWidth,
                observationWidth);
        if (!task.stateIsObservations()) {
            int width = task.stateSize();
            state = grown(state, (length + 1) * width);
            System.arraycopy(seen.state(), environment * width, state, length * width, width);
        }
        if (task.masked()) {
            int width = task.agents().size() * task.actionSpace().size();
            available = grown(available, (length + 1) * width);
            System.arraycopy(
                    seen.availableActions(), environment * width, available, length * width, width);
        }
    }

    private static float[] grown(float[] array, int wanted) {
        return array.length >= wanted ? array : Arrays.copyOf(array, 2 * wanted);
    }

    private static int[] grown(int[] array, int wanted) {
        return array.length >= wanted ? array : Arrays.copyOf(array, 2 * wanted);
    }

    private static byte[] grown(byte[] array, int wanted) {
        return array.length >= wanted ? array : Arrays.copyOf(array, 2 * wanted);
    }
}
