package org.cfcql.env.wire;

/** Asks for the state of all rows (capability {@code state}, for tests). */
public record StateGet() implements Request {
    @Override
    public String replyType() {
        return "STATE_GET_OK";
    }

    @Override
    public Message message(long sequence) {
        return Message.bare("STATE_GET", sequence);
    }
}
