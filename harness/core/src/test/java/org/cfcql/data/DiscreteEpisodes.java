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
 * Small data sets of two agents with four actions. Row r of the data shows r plus an eighth of the
 * column; agent i chooses (step + i) mod 4 and may choose everything but the next one.
 */
public final class DiscreteEpisodes {
    public static final int LIMIT = 6;
    public static final int AGENTS = 2;
    public static final int ACTIONS = 4;
    static final int OBSERVATION_SIZE = 3;
    static final int STATE_SIZE = 5;

    private DiscreteEpisodes() {}

    /**
     * How an episode ends.
     *
     * @param length steps
     * @param terminated by the task's rules
     * @param truncated from outside
     */
    public record End(int length, boolean terminated, boolean truncated) {
        public static End won(int length) {
            return new End(length, true, false);
        }

        public static End cut(int length) {
            return new End(length, false, true);
        }
    }

    public static TaskCard task(TimeoutKind timeoutKind, boolean stateIsObservations) {
        return new TaskCard(
                "smax/test",
                new TreeMap<>(Map.of("option", "1")),
                "f00d",
                new TreeMap<>(Map.of("engine", "ä")),
                List.of("marine_0", "marine_1"),
                OBSERVATION_SIZE,
                stateIsObservations ? AGENTS * OBSERVATION_SIZE : STATE_SIZE,
                stateIsObservations,
                new ActionSpace.Discrete(ACTIONS),
                true,
                LIMIT,
                timeoutKind,
                false,
                "team");
    }

    public static DatasetCard write(Path folder, TaskCard task, End... ends) {
        try (DatasetWriter writer = DatasetWriter.create(folder, task)) {
            EpisodeBuffer episode = new EpisodeBuffer(task);
            for (End end : ends) {
                fill(episode, task, (int) writer.transitions() + writer.episodes(), end);
                writer.append(episode);
            }
            return writer.finish("medium", Fixtures.made());
        }
    }

    public static void fill(EpisodeBuffer episode, TaskCard task, int row, End end) {
        episode.start(seen(task, row, 0), 0);
        for (int step = 0; step < end.length(); step++) {
            boolean last = step == end.length() - 1;
            episode.step(
                    new Actions.Discrete(new int[] {step % ACTIONS, (step + 1) % ACTIONS}),
                    new StepResult(
                            seen(task, row + step + 1, step + 1),
                            new float[] {row + step + 0.5f},
                            flag(last && end.terminated()),
                            flag(last && end.truncated()),
                            Map.of()),
                    0);
        }
    }

    private static Observations seen(TaskCard task, int row, int step) {
        float[] observations = new float[AGENTS * OBSERVATION_SIZE];
        for (int column = 0; column < observations.length; column++) {
            observations[column] = row + column / 8f;
        }
        float[] state = new float[task.stateSize()];
        Arrays.fill(state, -row);
        byte[] available = new byte[AGENTS * ACTIONS];
        for (int agent = 0; agent < AGENTS; agent++) {
            for (int action = 0; action < ACTIONS; action++) {
                boolean next = action == (step + agent + 1) % ACTIONS;
                available[agent * ACTIONS + action] = (byte) (next ? 0 : 1);
            }
        }
        return new Observations(
                1, observations, task.stateIsObservations() ? observations : state, available);
    }

    private static byte[] flag(boolean set) {
        return new byte[] {(byte) (set ? 1 : 0)};
    }
}
