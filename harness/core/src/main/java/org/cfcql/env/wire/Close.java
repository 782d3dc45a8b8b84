package org.cfcql.env.wire;

/** Ends the worker. */
public record Close() implements Request {
    @Override
    public String replyType() {
        return "CLOSED";
    }

    @Override
    public Message message(long sequence) {
        return Message.bare("CLOSE", sequence);
    }
}
