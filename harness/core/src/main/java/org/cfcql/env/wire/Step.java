package org.cfcql.env.wire;

import java.util.List;
import java.util.Map;

/**
 * One step of the active rows.
 *
 * @param actions frame of [E, agent] or [E, agent, dimension] in the type of SPEC
 * @param active rows to step, [E]
 */
public record Step(byte[] actions, boolean[] active) implements Request {
    @Override
    public String replyType() {
        return "STEP_OK";
    }

    @Override
    public Message message(long sequence) {
        return new Message("STEP", sequence, Map.of(), List.of(actions, ArrayFrames.flags(active)));
    }
}
