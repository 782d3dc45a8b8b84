package org.cfcql.run;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.cfcql.data.TaskCard;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.random.RandomStream;
import org.cfcql.testkit.ScriptedEnvironment;
import org.cfcql.testkit.ScriptedEnvironment.Turn;
import org.cfcql.testkit.ScriptedEnvironment.View;

/** Episodes of three steps of the fixtures' discrete task; whoever plays action 2 wins. */
final class FixtureGame implements ScriptedEnvironment.Game {
    private static final int STEPS = 3;

    private final TaskCard task;
    private int steps;
    private RandomStream stream;

    private FixtureGame(TaskCard task) {
        this.task = task;
    }

    static ScriptedEnvironment environment(TaskCard task, int rows) {
        EnvironmentSpec spec =
                new EnvironmentSpec(
                        task.environment(),
                        task.agents(),
                        task.observationSize(),
                        task.stateSize(),
                        task.stateIsObservations(),
                        task.actionSpace(),
                        task.masked(),
                        task.episodeLimit(),
                        task.timeoutKind(),
                        false,
                        "team",
                        List.of("battle_won"),
                        "per_episode",
                        "bitwise",
                        task.fingerprint(),
                        task.ingredients());
        return new ScriptedEnvironment(
                spec, rows, ScriptedEnvironment.Losses.NEVER, () -> new FixtureGame(task));
    }

    @Override
    public void begin(long seed) {
        steps = 0;
        stream = new RandomStream(seed);
    }

    @Override
    public Turn play(Actions own) {
        steps++;
        boolean won = ((Actions.Discrete) own).values()[0] == 2 || stream.nextInt(2) == 0;
        float reward = won ? 1 : 0;
        return new Turn(
                new float[] {reward}, steps == STEPS, false, Map.of("battle_won", (double) reward));
    }

    @Override
    public View look() {
        int agents = task.agents().size();
        float[] observations = new float[agents * task.observationSize()];
        Arrays.fill(observations, stream.nextInt(3));
        byte[] available = new byte[task.masked() ? agents * task.actionSpace().size() : 0];
        Arrays.fill(available, (byte) 1);
        return new View(observations, new float[task.stateSize()], available);
    }
}
