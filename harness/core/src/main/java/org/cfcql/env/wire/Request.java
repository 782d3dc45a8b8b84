package org.cfcql.env.wire;

/** What the harness sends to a worker. */
public sealed interface Request
        permits Welcome, Refusal, Make, Reset, Step, StateGet, StateSet, Ping, Close {
    /** Type of the reply that answers it. */
    String replyType();

    /** The message under a sequence number. */
    Message message(long sequence);
}
