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
 * Episodes with discrete actions whose numbers say where they come from: an observation is its row
 * plus a tenth of the agent, the state minus the row, a reward the row, an action the row modulo
 * the number of actions; one action is unavailable, the one after it.
 */
public final class DiscreteFixtures {
    /** Agents of the task. */
    public static final int AGENTS = 3;

    public static final int OBSERVATION_SIZE = 4;
    public static final int STATE_SIZE = 5;
    public static final int ACTIONS = 6;
    public static final int LIMIT = 9;

    private DiscreteFixtures() {}

    /** A task; without masks its state is the observations. */
    public static TaskCard task(String environment, TimeoutKind timeoutKind, boolean masked) {
        return new TaskCard(
                environment,
                new TreeMap<>(),
                "f00d",
                new TreeMap<>(Map.of("engine", "1")),
                List.of("agent_0", "agent_1", "agent_2"),
                OBSERVATION_SIZE,
                masked ? STATE_SIZE : AGENTS * OBSERVATION_SIZE,
                !masked,
                new ActionSpace.Discrete(ACTIONS),
                masked,
                LIMIT,
                timeoutKind,
                false,
                "team");
    }

    /** Episodes of these lengths; one of the limit is truncated, any other terminated. */
    public static DatasetCard write(Path folder, TaskCard task, int... lengths) {
        return write(folder, "medium", task, lengths);
    }

    static DatasetCard write(Path folder, String kind, TaskCard task, int... lengths) {
        try (DatasetWriter writer = DatasetWriter.create(folder, task)) {
            EpisodeBuffer episode = new EpisodeBuffer(task);
            for (int length : lengths) {
                fill(episode, task, writer.transitions() + writer.episodes(), length);
                writer.append(episode);
            }
            return writer.finish(kind, Fixtures.made());
        }
    }

    private static void fill(EpisodeBuffer episode, TaskCard task, long row, int length) {
        episode.start(seen(task, row), 0);
        for (int step = 0; step < length; step++) {
            boolean last = step == length - 1;
            boolean cut = length == task.episodeLimit();
            int[] actions = new int[AGENTS];
            Arrays.fill(actions, (int) ((row + step) % ACTIONS));
            episode.step(
                    new Actions.Discrete(actions),
                    new StepResult(
                            seen(task, row + step + 1),
                            new float[] {row + step},
                            new byte[] {(byte) (last && !cut ? 1 : 0)},
                            new byte[] {(byte) (last && cut ? 1 : 0)},
                            Map.of()),
                    0);
        }
    }

    private static Observations seen(TaskCard task, long row) {
        float[] observations = new float[AGENTS * OBSERVATION_SIZE];
        for (int index = 0; index < observations.length; index++) {
            observations[index] = row + index / OBSERVATION_SIZE / 10f;
        }
        float[] state = new float[task.stateSize()];
        Arrays.fill(state, -row);
        byte[] available = new byte[task.masked() ? AGENTS * ACTIONS : 0];
        for (int index = 0; index < available.length; index++) {
            available[index] = (byte) (index % ACTIONS == (row + 1) % ACTIONS ? 0 : 1);
        }
        return new Observations(
                1, observations, task.stateIsObservations() ? observations : state, available);
    }
}
