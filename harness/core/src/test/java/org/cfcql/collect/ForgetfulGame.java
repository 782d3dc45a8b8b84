package org.cfcql.collect;

import java.util.List;
import java.util.Map;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.cfcql.random.RandomStream;
import org.cfcql.testkit.ScriptedEnvironment;
import org.cfcql.testkit.ScriptedEnvironment.Turn;
import org.cfcql.testkit.ScriptedEnvironment.View;

/** Episodes of random length whose observations follow from seed and actions. */
final class ForgetfulGame implements ScriptedEnvironment.Game {
    private static final int AGENTS = 2;
    private static final int OBSERVATION_SIZE = 3;
    private static final int LIMIT = 12;
    private static final int LOSSES = 10;

    private int remaining;
    private float memory;

    private ForgetfulGame() {}

    /** Rows that lose all episodes every {@code lossEvery}-th call, ten times in all; 0: never. */
    static ScriptedEnvironment environment(int rows, int lossEvery) {
        EnvironmentSpec spec =
                new EnvironmentSpec(
                        "test/forgetful",
                        List.of("a", "b"),
                        OBSERVATION_SIZE,
                        AGENTS * OBSERVATION_SIZE,
                        true,
                        new ActionSpace.Box(1, -0.5, 0.5),
                        false,
                        LIMIT,
                        TimeoutKind.TRUNCATION,
                        true,
                        "mean",
                        List.of(),
                        "per_episode",
                        "bitwise",
                        "f00d",
                        Map.of());
        ScriptedEnvironment.Losses losses =
                (calls, steps, stepping) ->
                        lossEvery > 0 && calls % lossEvery == 0 && calls / lossEvery <= LOSSES;
        return new ScriptedEnvironment(spec, rows, losses, ForgetfulGame::new);
    }

    @Override
    public void begin(long seed) {
        RandomStream stream = new RandomStream(seed);
        remaining = 1 + stream.nextInt(LIMIT);
        memory = (float) stream.nextDouble();
    }

    @Override
    public Turn play(Actions own) {
        float[] values = ((Actions.Continuous) own).values();
        memory = 0.5f * memory + values[0] - values[1];
        remaining--;
        return new Turn(values, remaining == 0, false, Map.of());
    }

    @Override
    public View look() {
        float[] observations = new float[AGENTS * OBSERVATION_SIZE];
        for (int index = 0; index < observations.length; index++) {
            observations[index] = memory + index;
        }
        return View.of(observations);
    }
}
