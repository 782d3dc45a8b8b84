package org.cfcql.collect;

import org.cfcql.random.RandomStream;

/** A uniform draw among the actions available to an agent. */
final class RandomAction {
    private RandomAction() {}

    /**
     * Draws.
     *
     * @param available masks of all agents; empty where every action is available
     * @param agent whose mask
     * @param size number of actions
     * @return the action; the first one, without a draw, where none is available
     */
    static int of(byte[] available, int agent, int size, RandomStream stream) {
        if (available.length == 0) {
            return stream.nextInt(size);
        }
        int count = 0;
        for (int action = 0; action < size; action++) {
            count += available[agent * size + action] != 0 ? 1 : 0;
        }
        int wanted = count == 0 ? 0 : stream.nextInt(count);
        for (int action = 0; action < size; action++) {
            if (available[agent * size + action] != 0 && wanted-- == 0) {
                return action;
            }
        }
        return 0;
    }
}
