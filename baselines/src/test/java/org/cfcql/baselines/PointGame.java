package org.cfcql.baselines;

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

/**
 * Two agents on a line, each rewarded for being near zero: x ← clip(x + a/2, ±1), reward 1 − |x|,
 * five steps.
 */
final class PointGame implements ScriptedEnvironment.Game {
    static final int STEPS = 5;
    private static final int AGENTS = 2;

    private final float[] places = new float[AGENTS];
    private int steps;

    private PointGame() {}

    static ScriptedEnvironment environment(String id, int rows) {
        EnvironmentSpec spec =
                new EnvironmentSpec(
                        id,
                        List.of("agent_0", "agent_1"),
                        1,
                        AGENTS,
                        true,
                        new ActionSpace.Box(1, -1, 1),
                        false,
                        STEPS,
                        TimeoutKind.TRUNCATION,
                        true,
                        "mean",
                        List.of(),
                        "per_episode",
                        "bitwise",
                        "p01nt",
                        Map.of("points", "1"));
        return new ScriptedEnvironment(
                spec, rows, ScriptedEnvironment.Losses.NEVER, PointGame::new);
    }

    @Override
    public void begin(long seed) {
        new RandomStream(seed).fillUniform(places, -1, 1);
        steps = 0;
    }

    @Override
    public Turn play(Actions own) {
        float[] moves = ((Actions.Continuous) own).values();
        float[] rewards = new float[AGENTS];
        for (int agent = 0; agent < AGENTS; agent++) {
            places[agent] = Math.max(-1, Math.min(1, places[agent] + moves[agent] / 2));
            rewards[agent] = 1 - Math.abs(places[agent]);
        }
        return new Turn(rewards, false, ++steps == STEPS, Map.of());
    }

    @Override
    public View look() {
        return View.of(places.clone());
    }
}
