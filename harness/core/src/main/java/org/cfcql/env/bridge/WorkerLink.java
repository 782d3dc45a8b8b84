package org.cfcql.env.bridge;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** One incarnation of a worker: messages go in and out, and it may die. */
interface WorkerLink extends AutoCloseable {
    /** The token that this incarnation was given. */
    String token();

    /**
     * Sends the frames of a message.
     *
     * @throws WorkerFault if the worker cannot be reached
     */
    void send(List<byte[]> frames);

    /** The frames of the next message, or nothing after {@code waitMs}. */
    Optional<List<byte[]>> receive(long waitMs);

    /** Exit status of the process, once it has ended. */
    OptionalInt exitStatus();

    /** The last lines it wrote to standard error. */
    List<String> lastLines();

    /** Waits for the process to end by itself; whether it did. */
    boolean awaitExit(long waitMs);

    /** Kills what is left of the process group and releases everything. */
    @Override
    void close();
}
