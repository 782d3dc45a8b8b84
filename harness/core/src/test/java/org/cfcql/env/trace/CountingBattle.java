package org.cfcql.env.trace;

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

/** One agent that may only choose action 1; it sees seed + steps and wins after two steps. */
final class CountingBattle implements VectorEnvironment {
    private final String jax;
    private int faults;
    private long seed;
    private int steps;

    CountingBattle(String jax, int faults) {
        this.jax = jax;
        this.faults = faults;
    }

    @Override
    public EnvironmentSpec spec() {
        Map<String, String> told =
                Map.of(
                        "package.jax",
                        jax,
                        "package.jaxlib",
                        jax,
                        "machine.instructions",
                        "avx2",
                        "platform",
                        "linux-x86_64");
        return new EnvironmentSpec(
                "smax/test",
                List.of("agent_0"),
                1,
                2,
                false,
                new ActionSpace.Discrete(2),
                true,
                100,
                TimeoutKind.TERMINAL,
                false,
                "team",
                List.of("battle_won", "dead_allies", "dead_enemies"),
                "per_episode",
                "same_build",
                "0",
                told);
    }

    @Override
    public int environments() {
        return 1;
    }

    @Override
    public Observations reset(boolean[] mask, long[] seeds) {
        seed = seeds[0];
        steps = 0;
        return seen();
    }

    @Override
    public StepResult step(Actions actions, boolean[] active) {
        if (faults > 0) {
            faults--;
            throw new EpisodesVoid("lost on purpose");
        }
        steps++;
        byte won = (byte) (steps == 2 ? 1 : 0);
        Map<String, double[]> info =
                Map.of(
                        "battle_won", new double[] {won},
                        "dead_allies", new double[] {0},
                        "dead_enemies", new double[] {won});
        return new StepResult(seen(), new float[] {0.5f}, new byte[] {won}, new byte[] {0}, info);
    }

    Map<String, double[]> rawArrays() {
        return Map.of(
                "unit_positions", new double[] {steps, steps, steps, steps},
                "unit_health", new double[] {45, 45},
                "unit_alive", new double[] {1, 1},
                "unit_weapon_cooldowns", new double[] {0, 0},
                "unit_types", new double[] {0, 3});
    }

    @Override
    public void close() {}

    private Observations seen() {
        float[] own = {seed + steps};
        return new Observations(1, own, new float[] {steps, seed + steps}, new byte[] {0, 1});
    }
}
