package org.cfcql.outside;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.cfcql.budget.Role;
import org.cfcql.data.batch.Batch;
import org.cfcql.data.batch.EpisodeBatch;
import org.cfcql.env.wire.ErrorCode;
import org.cfcql.env.wire.Message;
import org.cfcql.env.wire.Protocol;
import org.cfcql.env.wire.ProtocolViolation;
import org.cfcql.error.NumericFault;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.OpaqueState;
import org.cfcql.learn.Policy;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.UpdateStep;

/** A learner whose every update happens in a process of its own. */
final class OutsideLearner implements Learner, OpaqueState {
    /** Frames of a state: a message has a limit, and so has its number of frames. */
    private static final int MOST_STATE_BYTES = 192 << 20;

    private static final int MOST_METRICS = 100;

    private final String id;
    private final OutsideProcess process;
    private final TaskShape task;
    private final Readiness readiness;
    private final Map<Role, LongConsumer> declared = new EnumMap<>(Role.class);
    private Map<String, Double> metrics = Map.of();

    OutsideLearner(
            String id,
            OutsideProcess process,
            TaskShape task,
            Readiness readiness,
            LearnerContext context) {
        this.id = id;
        this.process = process;
        this.task = task;
        this.readiness = readiness;
        readiness.roles().forEach(role -> declared.put(role, context.declaredSteps(role)));
    }

    /**
     * What an update came to.
     *
     * @param steps optimiser steps that the learner declares, by role
     * @param metrics its numbers
     */
    private record Updated(Map<String, Long> steps, Map<String, Double> metrics) {}

    @Override
    public void update(Batch batch, UpdateStep step) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("kind", step.kind().name().toLowerCase(Locale.ROOT));
        fields.put("batch", (long) batch.size());
        fields.put("slots", batch instanceof EpisodeBatch episodes ? (long) episodes.slots() : 1L);
        List<byte[]> arrays = BatchFrames.of(batch, readiness.readsNextActions());
        Updated updated =
                process.ask(LearnerMessage.UPDATE, fields, arrays, OutsideLearner::updated);
        charge(updated.steps(), step.kind());
        metrics = updated.metrics();
        metrics.forEach(
                (name, value) -> {
                    if (!Double.isFinite(value)) {
                        throw new NumericFault(
                                "expected finite numbers of the learner '"
                                        + id
                                        + "', found "
                                        + value
                                        + " as its metric '"
                                        + name
                                        + "'; it has diverged, its state is kept in the cell's"
                                        + " evidence folder");
                    }
                });
    }

    /** What it declares must be what such an update grants, no more and no less. */
    private void charge(Map<String, Long> steps, UpdateStep.Kind kind) {
        Map<String, Long> expected = new LinkedHashMap<>();
        declared.keySet()
                .forEach(
                        role -> {
                            boolean takes = kind == UpdateStep.Kind.FULL || role == Role.CRITIC;
                            expected.put(role.name().toLowerCase(Locale.ROOT), takes ? 1L : 0L);
                        });
        if (!expected.equals(steps)) {
            throw process.broken(
                    "declare the optimiser steps "
                            + expected
                            + " for a "
                            + kind.name().toLowerCase(Locale.ROOT)
                            + " update",
                    String.valueOf(steps));
        }
        declared.forEach(
                (role, meter) -> meter.accept(steps.get(role.name().toLowerCase(Locale.ROOT))));
    }

    private static Updated updated(Message reply) {
        Map<String, Long> steps = new LinkedHashMap<>();
        Map<String, Double> metrics = new LinkedHashMap<>();
        entries(reply, "steps")
                .forEach((name, value) -> steps.put(name, number(name, value).longValue()));
        entries(reply, "metrics")
                .forEach((name, value) -> metrics.put(name, number(name, value).doubleValue()));
        return new Updated(steps, metrics);
    }

    /** The entries of a map, whose names are lines that can be shown. */
    private static Map<String, Object> entries(Message reply, String field) {
        Map<String, String> shown = reply.read().scalarMap(field);
        if (shown.size() > MOST_METRICS) {
            throw wrong("at most " + MOST_METRICS + " entries of " + field, shown.size());
        }
        Map<String, Object> entries = new LinkedHashMap<>();
        ((Map<?, ?>) reply.fields().get(field))
                .forEach((name, value) -> entries.put(String.valueOf(name), value));
        return entries;
    }

    private static Number number(String name, Object value) {
        if (value instanceof Number number) {
            return number;
        }
        throw wrong("a number as " + name, value);
    }

    private static ProtocolViolation wrong(String expected, Object found) {
        return new ProtocolViolation(
                ErrorCode.BAD_MESSAGE, "expected " + expected + ", found " + found);
    }

    @Override
    public void updateTargets() {
        if (readiness.targets()) {
            process.ask(LearnerMessage.UPDATE_TARGETS, Map.of(), List.of(), reply -> reply);
        }
    }

    @Override
    public Policy policy() {
        return new OutsidePolicy(id, process, task);
    }

    @Override
    public List<NamedNetwork> networks() {
        return List.of();
    }

    @Override
    public Optional<OpaqueState> opaqueState() {
        return Optional.of(this);
    }

    @Override
    public byte[] save() {
        return process.ask(
                LearnerMessage.SAVE,
                Map.of(),
                List.of(),
                reply -> {
                    ByteArrayOutputStream state = new ByteArrayOutputStream();
                    reply.arrays().forEach(state::writeBytes);
                    if (state.size() == 0 || state.size() > MOST_STATE_BYTES) {
                        throw wrong("a state of 1 to " + MOST_STATE_BYTES + " bytes", state.size());
                    }
                    return state.toByteArray();
                });
    }

    @Override
    public void load(byte[] state) {
        List<byte[]> frames = new ArrayList<>();
        for (int from = 0; from < state.length; from += Protocol.MAX_FRAME_BYTES) {
            int to = (int) Math.min(state.length, (long) from + Protocol.MAX_FRAME_BYTES);
            frames.add(Arrays.copyOfRange(state, from, to));
        }
        process.ask(LearnerMessage.LOAD, Map.of(), frames, reply -> reply);
    }

    @Override
    public Map<String, Double> metrics() {
        return metrics;
    }

    @Override
    public void close() {
        process.close();
    }
}
