package org.cfcql.env.bridge;

import zmq.Msg;
import zmq.msg.MsgAllocator;

/**
 * Memory of incoming frames, before anybody knows who sends them.
 *
 * <p>JeroMQ checks an announced length against the limit of the link, but not whether it is
 * negative, and an exception or error here would end the thread that serves the link: whoever then
 * closes the link waits for ever. So a frame that cannot have memory is an empty one, which no
 * message of the protocol holds; what follows it on the wire is refused as well.
 */
final class FrameAllocator implements MsgAllocator {
    @Override
    public Msg allocate(int bytes) {
        if (bytes < 0) {
            return new Msg(0);
        }
        try {
            return new Msg(bytes);
        } catch (OutOfMemoryError tooLarge) {
            return new Msg(0);
        }
    }
}
