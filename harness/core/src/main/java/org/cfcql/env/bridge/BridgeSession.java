package org.cfcql.env.bridge;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentRequest;
import org.cfcql.env.Observations;
import org.cfcql.env.StepResult;
import org.cfcql.env.wire.Close;
import org.cfcql.env.wire.ElementType;
import org.cfcql.env.wire.ErrorCode;
import org.cfcql.env.wire.Hello;
import org.cfcql.env.wire.Make;
import org.cfcql.env.wire.Message;
import org.cfcql.env.wire.MessageCodec;
import org.cfcql.env.wire.Protocol;
import org.cfcql.env.wire.ProtocolViolation;
import org.cfcql.env.wire.Refusal;
import org.cfcql.env.wire.Request;
import org.cfcql.env.wire.Reset;
import org.cfcql.env.wire.Spec;
import org.cfcql.env.wire.SpecReader;
import org.cfcql.env.wire.Step;
import org.cfcql.env.wire.Welcome;
import org.cfcql.env.wire.WorkerError;
import org.cfcql.error.EnvironmentFault;

/**
 * The conversation with one incarnation of a worker, from HELLO to CLOSED. Whatever the worker does
 * wrong ends as {@link WorkerFault}; what it refuses, as {@link ErrorReplies} says.
 */
final class BridgeSession implements AutoCloseable {
    /** The exit status of a process that a signal ended is this plus the signal's number. */
    private static final int SIGNALLED = 128;

    private static final long STATUS_WAIT_MS = 500;

    private final WorkerLink link;
    private final Deadlines deadlines;
    private final MonotonicClock clock;
    private final String installCommand;
    private long sequence;
    private int environments;
    private Spec spec;
    private Replies replies;
    private RunningRows rows;
    private LegalActions legal;
    private Map<String, double[]> raw = Map.of();

    BridgeSession(
            WorkerLink link, Deadlines deadlines, MonotonicClock clock, String installCommand) {
        this.link = link;
        this.deadlines = deadlines;
        this.clock = clock;
        this.installCommand = installCommand;
    }

    /** Single precision for everything that reaches a learner. */
    static Map<String, ElementType> singlePrecision() {
        Map<String, ElementType> types = new TreeMap<>();
        for (String kind : List.of("actions", "observations", "rewards", "state")) {
            types.put(kind, ElementType.F32);
        }
        return types;
    }

    /** HELLO and WELCOME. */
    void greet() {
        Message message = await("HELLO", deadlines.helloMs());
        Hello hello = checked("HELLO", () -> Hello.of(message));
        byte[] given = hello.token().getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(given, link.token().getBytes(StandardCharsets.UTF_8))) {
            send(new Refusal(ErrorCode.BAD_TOKEN, "expected the token of this worker"), 0);
            throw new WorkerFault("HELLO carried a wrong token");
        }
        if (hello.commonMinor() < 0) {
            String expected = "expected a worker that speaks protocol " + Protocol.MAJOR;
            send(new Refusal(ErrorCode.BAD_VERSION, expected), 0);
            throw new EnvironmentFault(
                    expected
                            + ", found package "
                            + hello.packageVersion()
                            + " that does not; use the env-bridges folder of this harness");
        }
        Welcome welcome =
                new Welcome(
                        hello.commonMinor(),
                        Protocol.MAX_FRAME_BYTES,
                        Protocol.MAX_MESSAGE_BYTES,
                        deadlines.byMessage(),
                        0);
        send(welcome, 0);
    }

    /** MAKE; the SPEC is checked against what was asked. */
    Spec make(EnvironmentRequest request, Map<String, ElementType> types) {
        Make make = new Make(request.id(), request.options(), request.environments(), types);
        environments = request.environments();
        Message reply = exchange(make, deadlines.makeMs());
        spec = checked("SPEC", () -> SpecReader.read(reply));
        checked("SPEC", () -> checkSpec(request.id(), types));
        replies = new Replies(spec);
        legal = new LegalActions(spec, environments);
        rows = new RunningRows(environments, spec.environment().episodeLimit());
        return spec;
    }

    Observations reset(boolean[] mask, long[] seeds) {
        Message reply = exchange(new Reset(mask, seeds), deadlines.resetMs());
        Observations observations = checked("RESET_OK", () -> replies.reset(reply, mask));
        rows.started(mask);
        legal.remember(observations, mask);
        raw = checked("RESET_OK", () -> replies.raw(spec.resetFrames(), reply));
        return observations;
    }

    StepResult step(Actions actions, boolean[] active) {
        rows.requireRunning(active);
        byte[] frame = ActionFrames.encode(actions, active, spec);
        legal.require(actions, active);
        Message reply = exchange(new Step(frame, active), deadlines.stepMs());
        StepResult result = checked("STEP_OK", () -> replies.step(reply, active));
        checked(
                "STEP_OK",
                () -> {
                    rows.stepped(result, active);
                    return result;
                });
        legal.remember(result.observations(), active);
        raw = checked("STEP_OK", () -> replies.raw(spec.stepFrames(), reply));
        return result;
    }

    /** Arrays of role {@code raw} of the last reset or step, {@code [E, ...]} by name. */
    Map<String, double[]> raw() {
        return raw;
    }

    /** Sends a request and returns its reply, which has the right type and sequence number. */
    Message exchange(Request request, long deadlineMs) {
        long expected = ++sequence;
        String name = reach(request, expected);
        Message reply = await(name, deadlineMs);
        String what = "reply to " + name;
        checked(what, () -> require("seq", expected, reply.sequence()));
        if (reply.type().equals("ERROR")) {
            WorkerError error = checked(what, () -> WorkerError.of(reply));
            throw ErrorReplies.exception(error, name, installCommand);
        }
        checked(what, () -> require("type", request.replyType(), reply.type()));
        return reply;
    }

    private static Boolean require(String field, Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new ProtocolViolation(
                    ErrorCode.BAD_MESSAGE,
                    "expected " + field + " " + expected + ", found " + found);
        }
        return true;
    }

    /** Kills the worker without a word. */
    void kill() {
        link.close();
    }

    /** Asks the worker to end, and sees to it. */
    @Override
    public void close() {
        try {
            exchange(new Close(), deadlines.closeMs());
            link.awaitExit(deadlines.closeMs());
        } catch (WorkerFault alreadyGone) {
            // It is killed below either way, and no episode depends on it any more.
        } finally {
            link.close();
        }
    }

    private Boolean checkSpec(String id, Map<String, ElementType> types) {
        require("env", id, spec.environment().id());
        if (spec.environments() != environments) {
            throw new ProtocolViolation(
                    ErrorCode.BAD_SHAPE,
                    "expected " + environments + " environments, found " + spec.environments());
        }
        types.forEach(
                (name, type) -> {
                    boolean numbered = name.equals("actions") && !hasBoxes();
                    boolean there = spec.arrays().containsKey(name);
                    if (there && !numbered && spec.array(name).type() != type) {
                        throw new ProtocolViolation(
                                ErrorCode.BAD_DTYPE,
                                "expected "
                                        + name
                                        + " as "
                                        + type.wireName()
                                        + ", found "
                                        + spec.array(name).type().wireName());
                    }
                });
        return true;
    }

    private boolean hasBoxes() {
        return spec.array("actions").type() != ElementType.I32;
    }

    private String send(Request request, long number) {
        Message message = request.message(number);
        link.send(MessageCodec.encode(message));
        return message.type();
    }

    /** Sends; a worker that cannot be reached is better described by how it ended. */
    private String reach(Request request, long number) {
        try {
            return send(request, number);
        } catch (WorkerFault unreachable) {
            throw described(unreachable, "before " + request.message(number).type());
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
                return checked(
                        "reply to " + what, () -> MessageCodec.decode(received, environments));
            }
            if (exit.isPresent()) {
                throw ended(exit.getAsInt(), "during " + what);
            }
            if (leftMs <= 0) {
                throw new WorkerFault(what + " took longer than " + deadlineMs + " ms");
            }
        }
    }

    private static <T> T checked(String what, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (ProtocolViolation violation) {
            throw new WorkerFault("a wrong " + what, violation);
        }
    }
}
