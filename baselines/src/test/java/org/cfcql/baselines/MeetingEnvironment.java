package org.cfcql.baselines;

import java.util.List;
import java.util.Map;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.cfcql.env.Observations;
import org.cfcql.env.StepResult;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.random.RandomStream;

/**
 * Two agents on the places 0 to 4 stay, go left or go right and win when both are in the middle.
 * Steps over the ends are unavailable, and whoever takes one is told so by a failing test.
 */
final class MeetingEnvironment implements VectorEnvironment {
    static final int STEPS = 6;
    private static final int AGENTS = 2;
    private static final int ACTIONS = 3;
    private static final int LAST = 4;

    private final String id;
    private final int environments;
    private final int[] places;
    private final int[] steps;

    MeetingEnvironment(String id, int environments) {
        this.id = id;
        this.environments = environments;
        places = new int[environments * AGENTS];
        steps = new int[environments];
    }

    @Override
    public EnvironmentSpec spec() {
        return new EnvironmentSpec(
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
    }

    @Override
    public int environments() {
        return environments;
    }

    @Override
    public Observations reset(boolean[] mask, long[] seeds) {
        for (int row = 0; row < environments; row++) {
            if (mask[row]) {
                RandomStream stream = new RandomStream(seeds[row]);
                places[row * AGENTS] = stream.nextInt(LAST + 1);
                places[row * AGENTS + 1] = stream.nextInt(2) * LAST;
                steps[row] = 0;
            }
        }
        return seen();
    }

    @Override
    public StepResult step(Actions actions, boolean[] active) {
        int[] moves = ((Actions.Discrete) actions).values();
        float[] rewards = new float[environments];
        byte[] terminated = new byte[environments];
        byte[] truncated = new byte[environments];
        double[] won = new double[environments];
        for (int row = 0; row < environments; row++) {
            if (!active[row]) {
                continue;
            }
            int met = 0;
            for (int index = row * AGENTS; index < (row + 1) * AGENTS; index++) {
                places[index] += moves[index] == 0 ? 0 : 2 * moves[index] - 3;
                if (places[index] < 0 || places[index] > LAST) {
                    throw new AssertionError("an agent took an action that was not available");
                }
                met += places[index] == LAST / 2 ? 1 : 0;
            }
            won[row] = met == AGENTS ? 1 : 0;
            rewards[row] = (float) won[row];
            terminated[row] = (byte) won[row];
            truncated[row] = (byte) (++steps[row] == STEPS && met < AGENTS ? 1 : 0);
        }
        return new StepResult(seen(), rewards, terminated, truncated, Map.of("battle_won", won));
    }

    private Observations seen() {
        float[] observations = new float[environments * AGENTS * 2];
        float[] state = new float[environments * AGENTS];
        byte[] available = new byte[environments * AGENTS * ACTIONS];
        for (int index = 0; index < places.length; index++) {
            observations[2 * index] = places[index] / 4f;
            observations[2 * index + 1] = places[index ^ 1] / 4f;
            state[index] = places[index] / 4f;
            available[index * ACTIONS] = 1;
            available[index * ACTIONS + 1] = (byte) (places[index] > 0 ? 1 : 0);
            available[index * ACTIONS + 2] = (byte) (places[index] < LAST ? 1 : 0);
        }
        return new Observations(environments, observations, state, available);
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
