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
 * Two agents on the places 0 to 4 stay, go left or go right and win when both are in the middle.
 * Steps over the ends are unavailable, and whoever takes one is told so by a failing test.
 */
final class MeetingGame implements ScriptedEnvironment.Game {
    static final int STEPS = 6;
    private static final int AGENTS = 2;
    private static final int ACTIONS = 3;
    private static final int LAST = 4;

    private final int[] places = new int[AGENTS];
    private int steps;

    private MeetingGame() {}

    static ScriptedEnvironment environment(String id, int rows) {
        EnvironmentSpec spec =
                new EnvironmentSpec(
                        id,
                        List.of("agent_0", "agent_1"),
                        2,
                        AGENTS,
                        false,
                        new ActionSpace.Discrete(ACTIONS),
                        true,
                        STEPS,
                        TimeoutKind.TERMINAL,
                        false,
                        "team",
                        List.of("battle_won"),
                        "per_episode",
                        "bitwise",
                        "m33t",
                        Map.of("meeting", "1"));
        return new ScriptedEnvironment(
                spec, rows, ScriptedEnvironment.Losses.NEVER, MeetingGame::new);
    }

    @Override
    public void begin(long seed) {
        RandomStream stream = new RandomStream(seed);
        places[0] = stream.nextInt(LAST + 1);
        places[1] = stream.nextInt(2) * LAST;
        steps = 0;
    }

    @Override
    public Turn play(Actions own) {
        int[] moves = ((Actions.Discrete) own).values();
        int met = 0;
        for (int agent = 0; agent < AGENTS; agent++) {
            places[agent] += moves[agent] == 0 ? 0 : 2 * moves[agent] - 3;
            if (places[agent] < 0 || places[agent] > LAST) {
                throw new AssertionError("an agent took an action that was not available");
            }
            met += places[agent] == LAST / 2 ? 1 : 0;
        }
        float won = met == AGENTS ? 1 : 0;
        boolean late = ++steps == STEPS && met < AGENTS;
        return new Turn(new float[] {won}, met == AGENTS, late, Map.of("battle_won", (double) won));
    }

    @Override
    public View look() {
        float[] observations = new float[AGENTS * 2];
        float[] state = new float[AGENTS];
        byte[] available = new byte[AGENTS * ACTIONS];
        for (int agent = 0; agent < AGENTS; agent++) {
            observations[2 * agent] = places[agent] / 4f;
            observations[2 * agent + 1] = places[1 - agent] / 4f;
            state[agent] = places[agent] / 4f;
            available[agent * ACTIONS] = 1;
            available[agent * ACTIONS + 1] = (byte) (places[agent] > 0 ? 1 : 0);
            available[agent * ACTIONS + 2] = (byte) (places[agent] < LAST ? 1 : 0);
        }
        return new View(observations, state, available);
    }
}
