package org.cfcql.collect;

import org.cfcql.env.ActionSpace;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.Observations;
import org.cfcql.random.RandomStream;

/** How the decisions of a policy are disturbed, one environment at a time. */
public sealed interface Exploration {
    /** Decisions as they are. */
    Exploration NONE = new Noise(0);

    /** Whether it never changes anything. */
    boolean absent();

    /**
     * Changes the joint action of one environment in place.
     *
     * @param stream random numbers of the episode that is played there
     */
    void disturb(
            Actions actions,
            int environment,
            Observations seen,
            EnvironmentSpec spec,
            RandomStream stream);

    /**
     * Gaussian noise on every dimension, clipped to the bounds.
     *
     * @param deviation standard deviation
     */
    record Noise(double deviation) implements Exploration {
        @Override
        public boolean absent() {
            return deviation == 0;
        }

        @Override
        public void disturb(
                Actions actions,
                int environment,
                Observations seen,
                EnvironmentSpec spec,
                RandomStream stream) {
            if (actions instanceof Actions.Continuous continuous
                    && spec.actionSpace() instanceof ActionSpace.Box box) {
                float[] draws = new float[spec.agents().size() * box.size()];
                stream.fillNormal(draws);
                float low = (float) box.low();
                float high = (float) box.high();
                float noise = (float) deviation;
                float[] values = continuous.values();
                for (int index = 0; index < draws.length; index++) {
                    int at = environment * draws.length + index;
                    values[at] = Math.max(low, Math.min(high, values[at] + noise * draws[index]));
                }
            }
        }
    }

    /**
     * Each agent for itself takes a uniformly random available action instead of its own.
     *
     * @param epsilon probability of that
     */
    record EpsilonGreedy(double epsilon) implements Exploration {
        @Override
        public boolean absent() {
            return epsilon == 0;
        }

        @Override
        public void disturb(
                Actions actions,
                int environment,
                Observations seen,
                EnvironmentSpec spec,
                RandomStream stream) {
            if (actions instanceof Actions.Discrete discrete) {
                int agents = spec.agents().size();
                for (int agent = environment * agents;
                        agent < (environment + 1) * agents;
                        agent++) {
                    if (stream.nextDouble() < epsilon) {
                        discrete.values()[agent] =
                                RandomAction.of(
                                        seen.availableActions(),
                                        agent,
                                        spec.actionSpace().size(),
                                        stream);
                    }
                }
            }
        }
    }
}
