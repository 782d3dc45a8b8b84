package org.cfcql.env.wire;

/**
 * The worker is there.
 *
 * @param nanos what PING carried
 * @param workerNanos the worker's monotonic clock
 */
public record Pong(long nanos, long workerNanos) {
    /**
     * Reads the message.
     *
     * @throws ProtocolViolation if it is none
     */
    public static Pong of(Message message) {
        Fields fields = message.read();
        return new Pong(fields.whole("ns"), fields.whole("worker_ns"));
    }
}
