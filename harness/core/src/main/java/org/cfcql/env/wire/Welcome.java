package org.cfcql.env.wire;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The harness accepts a worker.
 *
 * @param minor agreed minor version
 * @param maxFrameBytes limit per array frame
 * @param maxMessageBytes limit per message
 * @param deadlinesMs what is granted per message type, in milliseconds
 * @param heartbeatMs interval of PINGs while idle; 0: none
 */
public record Welcome(
        int minor,
        long maxFrameBytes,
        long maxMessageBytes,
        Map<String, Long> deadlinesMs,
        long heartbeatMs)
        implements Request {
    @Override
    public String replyType() {
        return "";
    }

    @Override
    public Message message(long sequence) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("minor", (long) minor);
        fields.put("max_frame_bytes", maxFrameBytes);
        fields.put("max_message_bytes", maxMessageBytes);
        fields.put("deadlines_ms", deadlinesMs);
        fields.put("heartbeat_ms", heartbeatMs);
        return new Message("WELCOME", sequence, fields, List.of());
    }
}
