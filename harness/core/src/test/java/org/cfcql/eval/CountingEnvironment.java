package org.cfcql.eval;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.EpisodesVoid;
import org.cfcql.env.Observations;
import org.cfcql.env.StepResult;
import org.cfcql.env.VectorEnvironment;

/**
 * Two agents, episodes of {@code 1 + seed mod 7} steps, rewards that depend on seed, step and
 * actions; rows that do not take part hold NaN. It is lost in chosen calls of {@code step}.
 */
final class CountingEnvironment implements VectorEnvironment {
    private static final int AGENTS = 2;
    private static final int LIMIT = 7;

    private final int environments;
    private final Set<Integer> lostInSteps;
    private final String reduction;
    private final long[] seeds;
    private final int[] steps;
    private final boolean[] running;
    private int calls;

    CountingEnvironment(int environments, String reduction, Set<Integer> lostInSteps) {
        this.environments = environments;
        this.reduction = reduction;
        this.lostInSteps = lostInSteps;
        seeds = new long[environments];
        steps = new int[environments];
        running = new boolean[environments];
    }

    @Override
    public EnvironmentSpec spec() {
        return new EnvironmentSpec(
                "test/counting",
                List.of("agent_0", "agent_1"),
                2,
                4,
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

    @Override
    public int environments() {
        return environments;
    }

    @Override
    public Observations reset(boolean[] mask, long[] newSeeds) {
        for (int row = 0; row < environments; row++) {
            if (mask[row]) {
                seeds[row] = newSeeds[row];
                steps[row] = 0;
                running[row] = true;
            }
        }
        return observations(mask);
    }

    @Override
    public StepResult step(Actions actions, boolean[] active) {
        if (lostInSteps.contains(++calls)) {
            Arrays.fill(running, false);
            throw new EpisodesVoid("lost on purpose in call " + calls);
        }
        float[] pushes = ((Actions.Continuous) actions).values();
        boolean team = reduction.equals("team");
        float[] rewards = new float[team ? environments : environments * AGENTS];
        Arrays.fill(rewards, Float.NaN);
        byte[] ended = new byte[environments];
        double[] counted = new double[environments];
        for (int row = 0; row < environments; row++) {
            if (active[row]) {
                if (!running[row]) {
                    throw new AssertionError("row " + row + " was stepped without a reset");
                }
                steps[row]++;
                float first = seeds[row] % 100 + pushes[row * AGENTS];
                rewards[team ? row : row * AGENTS] = first;
                if (!team) {
                    rewards[row * AGENTS + 1] = 2 * first;
                }
                ended[row] = (byte) (steps[row] > seeds[row] % LIMIT ? 1 : 0);
                running[row] = ended[row] == 0;
                counted[row] = steps[row];
            }
        }
        Map<String, double[]> info = new LinkedHashMap<>();
        info.put("steps", counted);
        return new StepResult(observations(active), rewards, ended, new byte[environments], info);
    }

    @Override
    public void close() {}

    private Observations observations(boolean[] rows) {
        float[] seen = new float[environments * AGENTS * 2];
        Arrays.fill(seen, Float.NaN);
        for (int row = 0; row < environments; row++) {
            for (int index = 0; rows[row] && index < AGENTS * 2; index++) {
                seen[row * AGENTS * 2 + index] = seeds[row] % 100 + 0.1f * steps[row] + index;
            }
        }
        return new Observations(environments, seen, seen, new byte[0]);
    }
}
