package org.cfcql.learn;

import org.cfcql.env.Actions;
import org.cfcql.env.Observations;

/** Greedy, noise-free decision making of all agents, for evaluation and data collection. */
public interface Policy {
    /**
     * Opens a session over E environments stepped together; recurrent policies keep memory in it.
     */
    Session open(int environments);

    /** Decisions for one vector of environments. */
    interface Session extends AutoCloseable {
        /** Forgets what was seen in an environment: a new episode starts there. */
        void reset(int environment);

        /** Joint actions of all environments; rows of finished ones are arbitrary but legal. */
        Actions act(Observations observations);

        /**
         * Says what was done instead of what {@link #act} returned last; a policy that remembers
         * its actions remembers these.
         */
        default void acted(Actions actions) {}

        /**
         * Says what the actions brought, for policies that are asked for a return.
         *
         * @param rewards {@code [E]} or {@code [E, agent]}
         */
        default void rewarded(float[] rewards) {}

        @Override
        void close();
    }
}
