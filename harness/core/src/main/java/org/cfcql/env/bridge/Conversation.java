package org.cfcql.env.bridge;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.cfcql.env.wire.ErrorCode;
import org.cfcql.env.wire.Hello;
import org.cfcql.env.wire.Message;
import org.cfcql.env.wire.MessageCodec;
import org.cfcql.env.wire.Protocol;
import org.cfcql.env.wire.ProtocolViolation;
import org.cfcql.env.wire.Refusal;
import org.cfcql.env.wire.Request;
import org.cfcql.env.wire.Welcome;
import org.cfcql.env.wire.WorkerError;
import org.cfcql.error.EnvironmentFault;

/**
 * Requests and replies with one process, whatever it serves: the greeting with its token, one
 * request at a time with a sequence number and a deadline, the end of the process and its group.
 * What the process does wrong ends as {@link WorkerFault}; what it refuses, as whoever talks says.
 */
public final class Conversation implements AutoCloseable {
    /** The exit status of a process that a signal ended is this plus the signal's number. */
    private static final int SIGNALLED = 128;

    private static final long STATUS_WAIT_MS = 500;

    private final WorkerLink link;
    private final MonotonicClock clock;
    private final BiFunction<WorkerError, String, RuntimeException> refusals;
    private long sequence;
    private int rows;

    /**
     * A conversation that has not begun.
     *
     * @param refusals what to throw for an ERROR and the type of the request that it answers
     */
    Conversation(
            WorkerLink link,
            MonotonicClock clock,
            BiFunction<WorkerError, String, RuntimeException> refusals) {
        this.link = link;
        this.clock = clock;
        this.refusals = refusals;
    }

    /**
     * Starts a program of somebody else.
     *
     * @param refusals what to throw for an ERROR and the type of the request that it answers
     */
    public static Conversation with(
            ProgramCommand command, BiFunction<WorkerError, String, RuntimeException> refusals) {
        return new Conversation(new RouterLink(command, 1), MonotonicClock.SYSTEM, refusals);
    }

    /** Rows of the environments, each of which may have a frame of its own in a message. */
    void rows(int environments) {
        rows = environments;
    }

    /**
     * HELLO and WELCOME.
     *
     * @param role what the process has to call itself
     * @param helloMs from starting the process to its HELLO
     * @param deadlinesMs what WELCOME says is granted per message
     * @return HELLO, of which the token and the version are checked
     */
    public Message greet(String role, long helloMs, Map<String, Long> deadlinesMs) {
        Message message = await("HELLO", helloMs);
        Hello hello = checked("HELLO", () -> Hello.of(message, role));
        byte[] given = hello.token().getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(given, link.token().getBytes(StandardCharsets.UTF_8))) {
            send(new Refusal(ErrorCode.BAD_TOKEN, "expected the token of this worker"));
            throw new WorkerFault("HELLO carried a wrong token");
        }
        if (hello.commonMinor() < 0) {
            String expected = "expected a worker that speaks protocol " + Protocol.MAJOR;
            send(new Refusal(ErrorCode.BAD_VERSION, expected));
            throw new EnvironmentFault(
                    expected
                            + ", found package "
                            + hello.packageVersion()
                            + " that does not; use the env-bridges folder of this harness");
        }
        send(
                new Welcome(
                        hello.commonMinor(),
                        Protocol.MAX_FRAME_BYTES,
                        Protocol.MAX_MESSAGE_BYTES,
                        deadlinesMs,
                        0));
        return message;
    }

    /**
     * Sends a request and returns its reply, which has the right type and sequence number.
     *
     * @param request makes the message of a sequence number
     */
    public Message exchange(LongFunction<Message> request, String replyType, long deadlineMs) {
        long expected = ++sequence;
        String name = reach(request.apply(expected));
        Message reply = await(name, deadlineMs);
        String what = "reply to " + name;
        checked(what, () -> require("seq", expected, reply.sequence()));
        if (reply.type().equals("ERROR")) {
            WorkerError error = checked(what, () -> WorkerError.of(reply));
            throw refusals.apply(error, name);
        }
        checked(what, () -> require("type", replyType, reply.type()));
        return reply;
    }

    /**
     * Reads something of a message.
     *
     * @param what the message, for the fault
     * @throws WorkerFault if the reading finds a violation
     */
    public static <T> T checked(String what, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (ProtocolViolation violation) {
            throw new WorkerFault("a wrong " + what, violation);
        }
    }

    static Boolean require(String field, Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new ProtocolViolation(
                    ErrorCode.BAD_MESSAGE,
                    "expected " + field + " " + expected + ", found " + found);
        }
        return true;
    }

    /** The last lines that the process wrote. */
    public List<String> lastLines() {
        return link.lastLines();
    }

    /** Exit status of the process, once it has ended. */
    public OptionalInt exitStatus() {
        return link.exitStatus();
    }

    /** Kills the process and its group without a word. */
    public void kill() {
        link.close();
    }

    /** Asks the process to end, and sees to it. */
    public void end(long closeMs) {
        try {
            exchange(number -> Message.bare("CLOSE", number), "CLOSED", closeMs);
            link.awaitExit(closeMs);
        } catch (WorkerFault alreadyGone) {
            // It is killed below either way, and nothing depends on it any more.
        } finally {
            link.close();
        }
    }

    @Override
    public void close() {
        end(BridgeDefaults.CLOSE_MS);
    }

    private void send(Request request) {
        link.send(MessageCodec.encode(request.message(0)));
    }

    /** Sends; a process that cannot be reached is better described by how it ended. */
    private String reach(Message message) {
        try {
            link.send(MessageCodec.encode(message));
            return message.type();
        } catch (WorkerFault unreachable) {
            throw described(unreachable, "before " + message.type());
        }
    }

    private Optional<List<byte[]>> receive(String what, long waitMs) {
        try {
            return link.receive(waitMs);
        } catch (WorkerFault unreachable) {
            throw described(unreachable, "during " + what);
        }
    }

    /** A dying process loses its connection a moment before it has a status to tell. */
    private WorkerFault described(WorkerFault unreachable, String when) {
        if (unreachable.getCause() == null) {
            link.awaitExit(STATUS_WAIT_MS);
            OptionalInt exit = link.exitStatus();
            if (exit.isPresent()) {
                return ended(exit.getAsInt(), when);
            }
        }
        return unreachable;
    }

    private static WorkerFault ended(int status, String when) {
        String signal = status > SIGNALLED ? " (signal " + (status - SIGNALLED) + ")" : "";
        return new WorkerFault("the process ended with status " + status + signal + " " + when);
    }

    private Message await(String what, long deadlineMs) {
        long end = clock.nanos() + deadlineMs * 1_000_000;
        while (true) {
            long leftMs = (end - clock.nanos()) / 1_000_000;
            long waitMs = Math.max(0, Math.min(leftMs, BridgeDefaults.WATCH_MS));
            Optional<List<byte[]>> frames = receive(what, waitMs);
            OptionalInt exit = frames.isPresent() ? OptionalInt.empty() : link.exitStatus();
            if (exit.isPresent()) {
                // Its last message may have been on the way when it ended.
                frames = receive(what, BridgeDefaults.WATCH_MS);
            }
            if (frames.isPresent()) {
                List<byte[]> received = frames.get();
                return checked("reply to " + what, () -> MessageCodec.decode(received, rows));
            }
            if (exit.isPresent()) {
                throw ended(exit.getAsInt(), "during " + what);
            }
            if (leftMs <= 0) {
                throw new WorkerFault(what + " took longer than " + deadlineMs + " ms");
            }
        }
    }
}
