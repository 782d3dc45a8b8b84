package org.cfcql.env;

/** What one agent may do in a step. */
public sealed interface ActionSpace {
    /** Number of values a network puts out for one agent: actions to choose from, or dimensions. */
    int size();

    /**
     * One of several numbered actions.
     *
     * @param size number of actions
     */
    record Discrete(int size) implements ActionSpace {}

    /**
     * A vector within the same bounds in every dimension.
     *
     * @param size dimensions
     * @param low smallest value
     * @param high largest value
     */
    record Box(int size, double low, double high) implements ActionSpace {}
}
