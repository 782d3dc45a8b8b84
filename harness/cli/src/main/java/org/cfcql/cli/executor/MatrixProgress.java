package org.cfcql.cli.executor;

/** Shows how far a matrix is; methods are called from several threads. */
public interface MatrixProgress extends AutoCloseable {
    /** A cell was started. */
    void started(String cell);

    /** A worker said how far it is. */
    void report(String cell, WorkerReport report);

    /**
     * A cell ended.
     *
     * @param reason why it is not done
     */
    void ended(String cell, boolean done, String reason);

    /** Time has passed. */
    void tick();

    @Override
    void close();
}
