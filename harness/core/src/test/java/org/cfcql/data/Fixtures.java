package org.cfcql.data;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.cfcql.env.Observations;
import org.cfcql.env.StepResult;

/**
 * Small data sets whose numbers say where they come from: an observation is its row, an action its
 * transition (scaled into bounds), a reward its transition plus a tenth of the agent.
 */
public final class Fixtures {
    public static final int AGENTS = 3;
    static final int OBSERVATION_SIZE = 4;
    static final int ACTION_SIZE = 2;
    public static final float ACTION_SCALE = 1e-4f;

    private Fixtures() {}

    public static Provenance made() {
        return new Provenance("test", "none", 0, "7", List.of("test"), "0", new TreeMap<>());
    }

    public static TaskCard task(TimeoutKind timeoutKind, boolean stateIsObservations) {
        return new TaskCard(
                "mpe/simple_spread",
                new TreeMap<>(),
                "f00d",
                new TreeMap<>(Map.of("engine", "1")),
                List.of("agent_0", "agent_1", "agent_2"),
                OBSERVATION_SIZE,
                stateIsObservations ? AGENTS * OBSERVATION_SIZE : 5,
                stateIsObservations,
                new ActionSpace.Box(ACTION_SIZE, -1, 1),
                false,
                25,
                timeoutKind,
                true,
                "mean");
    }

    public static DatasetCard write(Path folder, int... lengths) {
        return write(folder, task(TimeoutKind.TRUNCATION, true), lengths);
    }

    /** Episodes of these lengths; one of the full 25 steps is truncated, any other terminated. */
    public static DatasetCard write(Path folder, TaskCard task, int... lengths) {
        try (DatasetWriter writer = DatasetWriter.create(folder, task)) {
            EpisodeBuffer episode = new EpisodeBuffer(task);
            for (int length : lengths) {
                fill(episode, task, writer.transitions(), writer.episodes(), length);
                writer.append(episode);
            }
            return writer.finish("random", made());
        }
    }

    public static void fill(
            EpisodeBuffer episode, TaskCard task, long transition, int index, int length) {
        long row = transition + index;
        episode.start(seen(task, row), 0);
        for (int step = 0; step < length; step++) {
            boolean last = step == length - 1;
            boolean cut = length == task.episodeLimit();
            float[] actions = new float[AGENTS * ACTION_SIZE];
            Arrays.fill(actions, (transition + step) * ACTION_SCALE);
            float[] rewards = new float[AGENTS];
            for (int agent = 0; agent < AGENTS; agent++) {
                rewards[agent] = transition + step + agent / 10f;
            }
            episode.step(
                    new Actions.Continuous(actions),
                    new StepResult(
                            seen(task, row + step + 1),
                            rewards,
                            new byte[] {(byte) (last && !cut ? 1 : 0)},
                            new byte[] {(byte) (last && cut ? 1 : 0)},
                            Map.of()),
                    0);
        }
    }

    /** The one step of an episode that ends by its rules, every reward the same. */
    public static StepResult ended(TaskCard task, long nextRow, float reward) {
        float[] rewards = new float[task.rewardWidth()];
        Arrays.fill(rewards, reward);
        return new StepResult(
                seen(task, nextRow), rewards, new byte[] {1}, new byte[] {0}, Map.of());
    }

    /** A task whose agents share one reward. */
    public static TaskCard teamTask() {
        TaskCard task = task(TimeoutKind.TRUNCATION, true);
        return new TaskCard(
                task.environment(),
                task.options(),
                task.fingerprint(),
                task.ingredients(),
                task.agents(),
                task.observationSize(),
                task.stateSize(),
                task.stateIsObservations(),
                task.actionSpace(),
                task.masked(),
                task.episodeLimit(),
                task.timeoutKind(),
                false,
                "team");
    }

    public static Observations seen(TaskCard task, long row) {
        float[] observations = new float[AGENTS * OBSERVATION_SIZE];
        Arrays.fill(observations, row);
        float[] state = new float[task.stateSize()];
        Arrays.fill(state, -row);
        return new Observations(1, observations, state, new byte[0]);
    }
}
