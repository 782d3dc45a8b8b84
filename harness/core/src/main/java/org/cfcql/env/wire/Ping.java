package org.cfcql.env.wire;

import java.util.List;
import java.util.Map;

/**
 * Asks whether the worker is there.
 *
 * @param nanos the sender's monotonic clock
 */
public record Ping(long nanos) implements Request {
    @Override
    public String replyType() {
        return "PONG";
    }

    @Override
    public Message message(long sequence) {
        return new Message("PING", sequence, Map.of("ns", nanos), List.of());
    }
}
