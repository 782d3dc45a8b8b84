package org.cfcql.eval;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.testkit.ScriptedEnvironment;
import org.cfcql.testkit.ScriptedEnvironment.Turn;
import org.cfcql.testkit.ScriptedEnvironment.View;

/**
 * Two agents, episodes of {@code 1 + seed mod 7} steps, rewards that depend on seed, step and
 * actions.
 */
final class CountingGame implements ScriptedEnvironment.Game {
    private static final int LIMIT = 7;
    private static final int NUMBERS = 4;

    private final boolean team;
    private long seed;
    private int steps;

    private CountingGame(String reduction) {
        team = reduction.equals("team");
    }

    static EnvironmentSpec spec(String reduction) {
        return new EnvironmentSpec(
                "test/counting",
                List.of("agent_0", "agent_1"),
                2,
                NUMBERS,
                true,
                new ActionSpace.Box(1, -1, 1),
                false,
                LIMIT,
                EnvironmentSpec.TimeoutKind.TRUNCATION,
                !reduction.equals("team"),
                reduction,
                List.of("steps"),
                "per_episode",
                "bitwise",
                "none",
                Map.of());
    }

    /** So many rows, lost in chosen calls of {@code step}. */
    static ScriptedEnvironment environment(int rows, String reduction, Set<Integer> lostInSteps) {
        return new ScriptedEnvironment(
                spec(reduction),
                rows,
                (calls, steps, stepping) -> stepping && lostInSteps.contains(steps),
                () -> new CountingGame(reduction));
    }

    @Override
    public void begin(long episode) {
        seed = episode;
        steps = 0;
    }

    @Override
    public Turn play(Actions own) {
        steps++;
        float first = seed % 100 + ((Actions.Continuous) own).values()[0];
        float[] rewards = team ? new float[] {first} : new float[] {first, 2 * first};
        return new Turn(rewards, steps > seed % LIMIT, false, Map.of("steps", (double) steps));
    }

    @Override
    public View look() {
        float[] seen = new float[NUMBERS];
        for (int index = 0; index < NUMBERS; index++) {
            seen[index] = seed % 100 + 0.1f * steps + index;
        }
        return View.of(seen);
    }
}
