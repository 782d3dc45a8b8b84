package org.cfcql.testkit;

import java.util.Arrays;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.Observations;
import org.cfcql.env.StepResult;
import org.cfcql.env.VectorEnvironment;

/**
 * An environment that breaks the episode of a single row now and then: every so many steps the
 * active row that comes first, with a reward and ends that nobody may believe.
 */
public final class BreakingRows implements VectorEnvironment {
    private final VectorEnvironment whole;
    private final int every;
    private int steps;
    private int broken;

    /** Breaks an episode in each {@code every}-th step. */
    public BreakingRows(VectorEnvironment whole, int every) {
        this.whole = whole;
        this.every = every;
    }

    /** Episodes broken so far. */
    public int broken() {
        return broken;
    }

    @Override
    public StepResult step(Actions actions, boolean[] active) {
        StepResult step = whole.step(actions, active);
        steps++;
        int row = 0;
        while (!active[row]) {
            row++;
        }
        if (steps % every == 0) {
            broken++;
            int width = step.rewards().length / active.length;
            Arrays.fill(step.rewards(), row * width, (row + 1) * width, Float.NaN);
            step.terminated()[row] = 1;
            step.voided()[row] = 1;
        }
        return step;
    }

    @Override
    public EnvironmentSpec spec() {
        return whole.spec();
    }

    @Override
    public int environments() {
        return whole.environments();
    }

    @Override
    public Observations reset(boolean[] mask, long[] seeds) {
        return whole.reset(mask, seeds);
    }

    @Override
    public void close() {
        whole.close();
    }
}
