package org.cfcql.cli.executor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;

/**
 * One line of a worker's standard output.
 *
 * @param phase what it is doing, or {@code failed}
 * @param done units done
 * @param total units of the phase
 * @param message why it failed; empty otherwise
 */
public record WorkerReport(String phase, long done, long total, String message) {
    /** Phase of the last report of a worker that failed. */
    public static final String FAILED = "failed";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The line for standard output. */
    public String toLine() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Reads a line; anything else that a library printed is passed over. */
    static Optional<WorkerReport> parse(String line) {
        if (!line.startsWith("{")) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(line, WorkerReport.class));
        } catch (JsonProcessingException notOurs) {
            return Optional.empty();
        }
    }
}
