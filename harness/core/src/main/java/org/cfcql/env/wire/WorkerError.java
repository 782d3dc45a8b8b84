package org.cfcql.env.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A worker's ERROR. Its texts are lines that can be shown; only the traceback is as it came.
 *
 * @param code what is wrong; a code that this harness does not know reads as {@code INTERNAL}
 * @param text one line: expected, found, what to do
 * @param retryable whether a fresh worker may well succeed
 * @param state the worker afterwards: {@code unchanged}, {@code unmade}, {@code broken}, {@code
 *     exiting}
 * @param environments rows concerned
 * @param agents agents concerned
 * @param packages distributions to install
 * @param suggestion nearest valid name, or empty
 * @param traceback the worker's stack, or empty
 */
public record WorkerError(
        ErrorCode code,
        String text,
        boolean retryable,
        String state,
        int[] environments,
        int[] agents,
        List<String> packages,
        String suggestion,
        String traceback) {
    /**
     * Reads the message.
     *
     * @throws ProtocolViolation if it is none
     */
    public static WorkerError of(Message message) {
        Fields fields = message.read();
        String traceback =
                message.arrays().isEmpty()
                        ? ""
                        : new String(message.arrays().get(0), StandardCharsets.UTF_8);
        return new WorkerError(
                ErrorCode.of(fields.text("code")),
                fields.shown("message"),
                fields.flag("retryable"),
                fields.text("state"),
                fields.counts("envs"),
                fields.counts("agents"),
                fields.allShown("packages"),
                fields.has("suggestion") ? fields.shown("suggestion") : "",
                traceback);
    }
}
