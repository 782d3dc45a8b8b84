package org.cfcql.run.cell;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.cfcql.env.Observations;
import org.cfcql.env.StepResult;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.learn.TaskShape;
import org.cfcql.run.dataset.DatasetFacts;

/**
 * What a cell that is not evaluated knows of its environment: the sizes that its data have. Nobody
 * plays in it.
 *
 * @param spec as far as the data tell it
 */
record UnplayedEnvironment(EnvironmentSpec spec) implements VectorEnvironment {
    /** The environment that data come from. */
    UnplayedEnvironment(DatasetFacts facts) {
        this(specOf(facts));
    }

    private static EnvironmentSpec specOf(DatasetFacts facts) {
        TaskShape task = facts.task();
        return new EnvironmentSpec(
                task.environment(),
                IntStream.range(0, task.agents()).mapToObj(agent -> "agent_" + agent).toList(),
                task.observationSize(),
                task.stateSize(),
                false,
                task.actionSpace(),
                false,
                task.episodeLimit(),
                TimeoutKind.TRUNCATION,
                false,
                "team",
                List.of(),
                "none",
                "unreproducible",
                facts.fingerprint(),
                Map.of());
    }

    @Override
    public int environments() {
        return 0;
    }

    @Override
    public Observations reset(boolean[] mask, long[] seeds) {
        throw new IllegalStateException("a cell that is not evaluated plays nothing");
    }

    @Override
    public StepResult step(Actions actions, boolean[] active) {
        throw new IllegalStateException("a cell that is not evaluated plays nothing");
    }

    @Override
    public void close() {
        // Nothing was opened.
    }
}
