package org.cfcql.run.play;

import java.util.function.Supplier;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.Observations;
import org.cfcql.env.StepResult;
import org.cfcql.env.VectorEnvironment;

/** An environment that adds up how long its caller waits for it, bridge included. */
final class TimedEnvironment implements VectorEnvironment {
    private final VectorEnvironment environment;
    private long nanos;

    TimedEnvironment(VectorEnvironment environment) {
        this.environment = environment;
    }

    /** Time since the last {@link #takeNanos}. */
    long nanos() {
        return nanos;
    }

    /** Time since the last call, which starts the count anew. */
    long takeNanos() {
        long taken = nanos;
        nanos = 0;
        return taken;
    }

    private <T> T timed(Supplier<T> request) {
        long begin = System.nanoTime();
        try {
            return request.get();
        } finally {
            nanos += System.nanoTime() - begin;
        }
    }

    @Override
    public EnvironmentSpec spec() {
        return environment.spec();
    }

    @Override
    public int environments() {
        return environment.environments();
    }

    @Override
    public Observations reset(boolean[] mask, long[] seeds) {
        return timed(() -> environment.reset(mask, seeds));
    }

    @Override
    public StepResult step(Actions actions, boolean[] active) {
        return timed(() -> environment.step(actions, active));
    }

    @Override
    public int restarts() {
        return environment.restarts();
    }

    @Override
    public void close() {
        environment.close();
    }
}
