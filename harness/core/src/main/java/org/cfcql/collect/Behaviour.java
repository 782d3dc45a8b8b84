package org.cfcql.collect;

import org.cfcql.env.Actions;
import org.cfcql.env.Observations;
import org.cfcql.random.RandomStream;

/**
 * How episodes are played. What it does in an episode may depend only on that episode's index,
 * observations and stream.
 */
public interface Behaviour extends AutoCloseable {
    /**
     * A new episode starts in an environment; one that was being played there is forgotten.
     *
     * @param environment row of the vector
     * @param episode index of the episode
     * @param stream the episode's random numbers
     */
    void begin(int environment, int episode, RandomStream stream);

    /** The episode in this environment has ended. */
    void end(int environment);

    /**
     * Joint actions of all environments.
     *
     * @param observations current rows of all environments
     * @param active environments whose episode goes on; the other rows of the result are arbitrary
     */
    Actions act(Observations observations, boolean[] active);

    @Override
    void close();
}
