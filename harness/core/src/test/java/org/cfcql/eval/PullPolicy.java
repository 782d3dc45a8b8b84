package org.cfcql.eval;

import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.Observations;
import org.cfcql.learn.Policy;

/** A policy with memory whose actions depend on everything an agent saw in its episode. */
public final class PullPolicy implements Policy {
    private final int agents;
    private final int observationSize;
    private final int actionSize;

    /** For an environment with boxes. */
    public PullPolicy(EnvironmentSpec spec) {
        agents = spec.agents().size();
        observationSize = spec.observationSize();
        actionSize = spec.actionSpace().size();
    }

    @Override
    public Session open(int environments) {
        float[] memory = new float[environments * agents];
        return new Session() {
            @Override
            public void reset(int environment) {
                for (int agent = 0; agent < agents; agent++) {
                    memory[environment * agents + agent] = 0;
                }
            }

            @Override
            public Actions act(Observations observations) {
                float[] actions = new float[memory.length * actionSize];
                for (int row = 0; row < memory.length; row++) {
                    float sum = 0;
                    for (int index = 0; index < observationSize; index++) {
                        sum += observations.observations()[row * observationSize + index];
                    }
                    memory[row] = 0.5f * memory[row] + 0.25f * sum;
                    for (int index = 0; index < actionSize; index++) {
                        actions[row * actionSize + index] =
                                (float) StrictMath.sin(memory[row] + index);
                    }
                }
                return new Actions.Continuous(actions);
            }

            @Override
            public void close() {}
        };
    }
}
