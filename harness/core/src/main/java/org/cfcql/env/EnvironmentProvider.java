package org.cfcql.env;

import java.util.Map;

/** Opens environments; the bridge to worker processes in production, a fake in tests. */
public interface EnvironmentProvider {
    /**
     * Opens E environments of one kind.
     *
     * @throws org.cfcql.error.UserError for an unknown id or option
     * @throws org.cfcql.error.MissingDependency if packages or a game are missing
     * @throws org.cfcql.error.EnvironmentFault if the process cannot be started
     */
    VectorEnvironment open(EnvironmentRequest request);

    /**
     * Checks that there is an environment of an id, without opening it.
     *
     * @throws org.cfcql.error.UserError for an unknown one, with the closest known one
     */
    default void requireKnown(String id) {}

    /** Whether there is an environment of an id, without opening it. */
    default boolean knows(String id) {
        return true;
    }

    /**
     * Checks options without opening anything.
     *
     * @throws org.cfcql.error.UserError for an option that the environment does not have, or a
     *     value that it does not take
     */
    default void requireOptions(String id, Map<String, String> options) {}
}
