package org.cfcql.collect;

import java.util.List;
import java.util.Map;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.cfcql.env.EpisodesVoid;
import org.cfcql.env.Observations;
import org.cfcql.env.StepResult;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.random.RandomStream;

/**
 * Episodes of random length whose observations follow from seed and actions; loses all running ones
 * every {@code lossEvery}-th call, ten times in all, never for 0. Rows not asked for hold NaN.
 */
final class ForgetfulEnvironment implements VectorEnvironment {
    private static final int AGENTS = 2;
    private static final int OBSERVATION_SIZE = 3;
    private static final int LIMIT = 12;
    private static final int LOSSES = 10;

    private final int environments;
    private final int lossEvery;
    private final RandomStream[] streams;
    private final int[] remaining;
    private final float[] memory;
    private int calls;
    private int losses;

    ForgetfulEnvironment(int environments, int lossEvery) {
        this.environments = environments;
        this.lossEvery = lossEvery;
        streams = new RandomStream[environments];
        remaining = new int[environments];
        memory = new float[environments];
    }

    int losses() {
        return losses;
    }

    @Override
    public EnvironmentSpec spec() {
        return new EnvironmentSpec(
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
    }

    @Override
    public int environments() {
        return environments;
    }

    @Override
    public Observations reset(boolean[] mask, long[] seeds) {
        loseSometimes();
        for (int row = 0; row < environments; row++) {
            if (mask[row]) {
                streams[row] = new RandomStream(seeds[row]);
                remaining[row] = 1 + streams[row].nextInt(LIMIT);
                memory[row] = (float) streams[row].nextDouble();
            }
        }
        return look(mask);
    }

    @Override
    public StepResult step(Actions actions, boolean[] active) {
        loseSometimes();
        float[] values = ((Actions.Continuous) actions).values();
        float[] rewards = new float[environments * AGENTS];
        byte[] terminated = new byte[environments];
        byte[] truncated = new byte[environments];
        for (int row = 0; row < environments; row++) {
            if (active[row]) {
                float first = values[AGENTS * row];
                float second = values[AGENTS * row + 1];
                memory[row] = 0.5f * memory[row] + first - second;
                rewards[AGENTS * row] = first;
                rewards[AGENTS * row + 1] = second;
                remaining[row]--;
                terminated[row] = (byte) (remaining[row] == 0 ? 1 : 0);
            }
        }
        return new StepResult(look(active), rewards, terminated, truncated, Map.of());
    }

    private void loseSometimes() {
        calls++;
        if (lossEvery > 0 && calls % lossEvery == 0 && losses < LOSSES) {
            losses++;
            throw new EpisodesVoid("call " + calls);
        }
    }

    private Observations look(boolean[] mask) {
        float[] observations = new float[environments * AGENTS * OBSERVATION_SIZE];
        for (int index = 0; index < observations.length; index++) {
            int row = index / (AGENTS * OBSERVATION_SIZE);
            observations[index] = mask[row] ? memory[row] + index % 6 : Float.NaN;
        }
        return new Observations(environments, observations, observations, new byte[0]);
    }

    @Override
    public void close() {
        // holds no resources
    }
}
