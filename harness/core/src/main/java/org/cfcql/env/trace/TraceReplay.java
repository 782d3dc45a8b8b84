package org.cfcql.env.trace;

import java.util.Map;
import java.util.function.Supplier;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.EpisodesVoid;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.error.UserError;

/** Plays recorded files again in an environment with one row and compares what comes back. */
public final class TraceReplay {
    private static final String REFERENCE_JAX = "0.10.2";

    private final VectorEnvironment environment;
    private final Supplier<Map<String, double[]>> rawArrays;

    /**
     * Over an environment that sends the arrays of the game.
     *
     * @param environment E = 1
     * @param rawArrays those arrays as of the last reset or step, by name
     */
    public TraceReplay(VectorEnvironment environment, Supplier<Map<String, double[]>> rawArrays) {
        this.environment = environment;
        this.rawArrays = rawArrays;
    }

    /**
     * Whether the environment must give the recorded numbers exactly: the reference versions on a
     * processor with AVX2 (docs/golden-files.md).
     */
    public static boolean mustBeExact(EnvironmentSpec spec) {
        Map<String, String> told = spec.ingredients();
        return REFERENCE_JAX.equals(told.get("package.jax"))
                && REFERENCE_JAX.equals(told.get("package.jaxlib"))
                && "avx2".equals(told.get("machine.instructions"))
                && told.getOrDefault("platform", "").endsWith("x86_64");
    }

    /**
     * Replays a file; after a lost worker from its start again.
     *
     * @throws UserError if its arrays do not have the environment's shapes
     */
    public TraceResult replay(TraceFile file) {
        boolean exact = mustBeExact(environment.spec());
        while (true) {
            try {
                return new TraceAttempt(file, environment, rawArrays, exact).run();
            } catch (EpisodesVoid lost) {
                // The environment counts its restarts and gives itself up.
                continue;
            }
        }
    }
}
