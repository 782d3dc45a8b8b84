package org.cfcql.env;

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
}
