package org.cfcql.env.wire;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The harness refuses a worker's HELLO; the worker exits.
 *
 * @param code {@code BAD_TOKEN} or {@code BAD_VERSION}
 * @param text one line
 */
public record Refusal(ErrorCode code, String text) implements Request {
    @Override
    public String replyType() {
        return "";
    }

    @Override
    public Message message(long sequence) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("code", code.name());
        fields.put("message", text);
        fields.put("retryable", false);
        fields.put("state", "exiting");
        fields.put("envs", List.of());
        fields.put("agents", List.of());
        fields.put("packages", List.of());
        return new Message("ERROR", sequence, fields, List.of());
    }
}
