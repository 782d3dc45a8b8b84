package org.cfcql.env.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Puts rows into given states (capability {@code state}, for tests).
 *
 * @param mask rows concerned, [E]
 * @param states one frame per row, empty where the mask is not set
 */
public record StateSet(boolean[] mask, List<byte[]> states) implements Request {
    @Override
    public String replyType() {
        return "STATE_SET_OK";
    }

    @Override
    public Message message(long sequence) {
        List<byte[]> frames = new ArrayList<>();
        frames.add(ArrayFrames.flags(mask));
        frames.addAll(states);
        return new Message("STATE_SET", sequence, Map.of(), frames);
    }
}
