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
 * Two agents on a line, each rewarded for being near zero: x ← clip(x + a/2, ±1), reward 1 − |x|,
 * five steps.
 */
final class PointEnvironment implements VectorEnvironment {
    static final int STEPS = 5;
    private static final int AGENTS = 2;

    private final String id;
    private final int environments;
    private final float[] places;
    private final int[] steps;

    PointEnvironment(String id, int environments) {
        this.id = id;
        this.environments = environments;
        places = new float[environments * AGENTS];
        steps = new int[environments];
    }

    @Override
    public EnvironmentSpec spec() {
        return new EnvironmentSpec(
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
    }

    @Override
    public int environments() {
        return environments;
    }

    @Override
    public Observations reset(boolean[] mask, long[] seeds) {
        for (int row = 0; row < environments; row++) {
            if (mask[row]) {
                float[] start = new float[AGENTS];
                new RandomStream(seeds[row]).fillUniform(start, -1, 1);
                System.arraycopy(start, 0, places, row * AGENTS, AGENTS);
                steps[row] = 0;
            }
        }
        return seen();
    }

    @Override
    public StepResult step(Actions actions, boolean[] active) {
        float[] moves = ((Actions.Continuous) actions).values();
        float[] rewards = new float[places.length];
        byte[] truncated = new byte[environments];
        for (int row = 0; row < environments; row++) {
            if (!active[row]) {
                continue;
            }
            for (int index = row * AGENTS; index < (row + 1) * AGENTS; index++) {
                places[index] = Math.max(-1, Math.min(1, places[index] + moves[index] / 2));
                rewards[index] = 1 - Math.abs(places[index]);
            }
            truncated[row] = (byte) (++steps[row] == STEPS ? 1 : 0);
        }
        return new StepResult(seen(), rewards, new byte[environments], truncated, Map.of());
    }

    private Observations seen() {
        float[] copy = places.clone();
        return new Observations(environments, copy, copy, new byte[0]);
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
