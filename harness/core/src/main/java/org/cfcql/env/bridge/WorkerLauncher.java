package org.cfcql.env.bridge;

/** Starts workers; a fake in tests. */
interface WorkerLauncher {
    /**
     * Starts a worker.
     *
     * @param incarnation 1 for the first, counting restarts
     * @throws org.cfcql.error.MissingDependency if there is no interpreter to start
     */
    WorkerLink launch(int incarnation);
}
