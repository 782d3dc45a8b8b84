package org.cfcql.env.wire;

import java.util.List;
import java.util.Map;

/**
 * Starts new episodes in some rows.
 *
 * @param mask rows to reset, [E]
 * @param seeds seeds, read where the mask is set, [E]
 */
public record Reset(boolean[] mask, long[] seeds) implements Request {
    @Override
    public String replyType() {
        return "RESET_OK";
    }

    @Override
    public Message message(long sequence) {
        return new Message(
                "RESET",
                sequence,
                Map.of(),
                List.of(ArrayFrames.flags(mask), ArrayFrames.longs(seeds)));
    }
}
