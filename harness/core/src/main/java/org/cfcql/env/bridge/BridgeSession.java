package org.cfcql.env.bridge;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentRequest;
import org.cfcql.env.Observations;
import org.cfcql.env.StepResult;
import org.cfcql.env.wire.ElementType;
import org.cfcql.env.wire.ErrorCode;
import org.cfcql.env.wire.Hello;
import org.cfcql.env.wire.Make;
import org.cfcql.env.wire.Message;
import org.cfcql.env.wire.ProtocolViolation;
import org.cfcql.env.wire.Request;
import org.cfcql.env.wire.Reset;
import org.cfcql.env.wire.Spec;
import org.cfcql.env.wire.SpecReader;
import org.cfcql.env.wire.Step;

/**
 * The conversation with one incarnation of a worker, from HELLO to CLOSED. Whatever the worker does
 * wrong ends as {@link WorkerFault}; what it refuses, as {@link ErrorReplies} says.
 */
final class BridgeSession implements AutoCloseable {
    private final Conversation conversation;
    private final Deadlines deadlines;
    private int environments;
    private Spec spec;
    private Replies replies;
    private RunningRows rows;
    private LegalActions legal;
    private Map<String, double[]> raw = Map.of();

    BridgeSession(
            WorkerLink link, Deadlines deadlines, MonotonicClock clock, String installCommand) {
        this.deadlines = deadlines;
        conversation =
                new Conversation(
                        link,
                        clock,
                        (error, request) -> ErrorReplies.exception(error, request, installCommand));
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
        conversation.greet(Hello.WORKER, deadlines.helloMs(), deadlines.byMessage());
    }

    /** MAKE; the SPEC is checked against what was asked. */
    Spec make(EnvironmentRequest request, Map<String, ElementType> types) {
        Make make = new Make(request.id(), request.options(), request.environments(), types);
        environments = request.environments();
        conversation.rows(environments);
        Message reply = exchange(make, deadlines.makeMs());
        spec = Conversation.checked("SPEC", () -> SpecReader.read(reply));
        Conversation.checked("SPEC", () -> checkSpec(request.id(), types));
        replies = new Replies(spec);
        legal = new LegalActions(spec, environments);
        rows = new RunningRows(environments, spec.environment().episodeLimit());
        return spec;
    }

    Observations reset(boolean[] mask, long[] seeds) {
        Message reply = exchange(new Reset(mask, seeds), deadlines.resetMs());
        Observations observations =
                Conversation.checked("RESET_OK", () -> replies.reset(reply, mask));
        rows.started(mask);
        legal.remember(observations, mask);
        raw = Conversation.checked("RESET_OK", () -> replies.raw(spec.resetFrames(), reply));
        return observations;
    }

    StepResult step(Actions actions, boolean[] active) {
        rows.requireRunning(active);
        byte[] frame = ActionFrames.encode(actions, active, spec);
        legal.require(actions, active);
        Message reply = exchange(new Step(frame, active), deadlines.stepMs());
        StepResult result = Conversation.checked("STEP_OK", () -> replies.step(reply, active));
        Conversation.checked(
                "STEP_OK",
                () -> {
                    rows.stepped(result, active);
                    return result;
                });
        legal.remember(result.observations(), active);
        raw = Conversation.checked("STEP_OK", () -> replies.raw(spec.stepFrames(), reply));
        return result;
    }

    /** Arrays of role {@code raw} of the last reset or step, {@code [E, ...]} by name. */
    Map<String, double[]> raw() {
        return raw;
    }

    /** Sends a request and returns its reply, which has the right type and sequence number. */
    Message exchange(Request request, long deadlineMs) {
        return conversation.exchange(request::message, request.replyType(), deadlineMs);
    }

    /** Kills the worker without a word. */
    void kill() {
        conversation.kill();
    }

    /** Asks the worker to end, and sees to it. */
    @Override
    public void close() {
        conversation.end(deadlines.closeMs());
    }

    private Boolean checkSpec(String id, Map<String, ElementType> types) {
        Conversation.require("env", id, spec.environment().id());
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
}
