package org.cfcql.env.bridge;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.Observations;
import org.cfcql.env.StepResult;
import org.cfcql.env.wire.ArrayDescriptor;
import org.cfcql.env.wire.ArrayFrames;
import org.cfcql.env.wire.ErrorCode;
import org.cfcql.env.wire.Message;
import org.cfcql.env.wire.ProtocolViolation;
import org.cfcql.env.wire.Spec;

/**
 * Arrays of replies, checked against the SPEC: sizes of all frames, values in the rows concerned.
 * Every method throws {@link ProtocolViolation} at the first thing that is wrong.
 */
final class Replies {
    private final Spec spec;
    private final EnvironmentSpec environment;
    private final int environments;

    Replies(Spec spec) {
        this.spec = spec;
        environment = spec.environment();
        environments = spec.environments();
    }

    /** The arrays of RESET_OK or STATE_SET_OK. */
    Observations reset(Message reply, boolean[] rows) {
        return observations(frames(spec.resetFrames(), reply), rows);
    }

    /** The arrays of STEP_OK. */
    StepResult step(Message reply, boolean[] rows) {
        Map<String, byte[]> frames = frames(spec.stepFrames(), reply);
        float[] rewards = floats(frames, "rewards", rows);
        byte[] terminated = flags(frames, "terminated", rows);
        byte[] truncated = flags(frames, "truncated", rows);
        byte[] voided =
                frames.containsKey(Spec.VOID)
                        ? flags(frames, Spec.VOID, rows)
                        : new byte[environments];
        Map<String, double[]> info = new LinkedHashMap<>();
        for (String name : environment.infoNames()) {
            info.put(name, doubles(frames, name, rows));
        }
        Observations observations = observations(frames, rows);
        return new StepResult(observations, rewards, terminated, truncated, voided, info);
    }

    /** Arrays of the game itself, where the environment was asked to send them. */
    Map<String, double[]> raw(List<String> names, Message reply) {
        Map<String, double[]> raw = new LinkedHashMap<>();
        if (names.stream().anyMatch(name -> isRaw(name))) {
            Map<String, byte[]> frames = frames(names, reply);
            for (String name : names) {
                if (isRaw(name)) {
                    raw.put(name, ArrayFrames.toDoubles(frames.get(name), spec.array(name).type()));
                }
            }
        }
        return raw;
    }

    private boolean isRaw(String name) {
        return spec.array(name).role().equals("raw");
    }

    /** Frames by name, their number and sizes checked. */
    Map<String, byte[]> frames(List<String> names, Message reply) {
        reply.read().whole("ns");
        List<byte[]> arrays = reply.arrays();
        if (arrays.size() != names.size()) {
            throw new ProtocolViolation(
                    ErrorCode.BAD_SHAPE,
                    "expected " + names.size() + " arrays, found " + arrays.size());
        }
        Map<String, byte[]> frames = new LinkedHashMap<>();
        for (int index = 0; index < names.size(); index++) {
            String name = names.get(index);
            long expected = spec.array(name).frameBytes(environments);
            if (arrays.get(index).length != expected) {
                throw new ProtocolViolation(
                        ErrorCode.BAD_SHAPE,
                        "expected "
                                + name
                                + " to have "
                                + expected
                                + " bytes, found "
                                + arrays.get(index).length);
            }
            frames.put(name, arrays.get(index));
        }
        return frames;
    }

    private Observations observations(Map<String, byte[]> frames, boolean[] rows) {
        if (!frames.containsKey("observations")) {
            float[] state = floats(frames, "state", rows);
            return seen(frames, forEveryAgent(state), state, rows);
        }
        float[] observations = floats(frames, "observations", rows);
        float[] state = observations;
        if (frames.containsKey("state")) {
            state = floats(frames, "state", rows);
        } else if (!environment.stateIsObservations()) {
            state = firstAgents(observations);
        }
        return seen(frames, observations, state, rows);
    }

    private Observations seen(
            Map<String, byte[]> frames, float[] observations, float[] state, boolean[] rows) {
        byte[] available = new byte[0];
        if (environment.masked()) {
            available = flags(frames, "available_actions", rows);
            requireChoices(available, rows);
        }
        return new Observations(environments, observations, state, available);
    }

    private float[] forEveryAgent(float[] state) {
        int width = environment.stateSize();
        int agents = environment.agents().size();
        float[] observations = new float[environments * agents * width];
        for (int agent = 0; agent < environments * agents; agent++) {
            int row = agent / agents;
            System.arraycopy(state, row * width, observations, agent * width, width);
        }
        return observations;
    }

    private float[] firstAgents(float[] observations) {
        int width = environment.observationSize();
        int perRow = width * environment.agents().size();
        float[] state = new float[environments * width];
        for (int row = 0; row < environments; row++) {
            System.arraycopy(observations, row * perRow, state, row * width, width);
        }
        return state;
    }

    private float[] floats(Map<String, byte[]> frames, String name, boolean[] rows) {
        ArrayDescriptor array = spec.array(name);
        float[] values = ArrayFrames.toFloats(frames.get(name), array.type());
        int width = array.elements();
        for (int row = 0; row < rows.length; row++) {
            for (int index = row * width; rows[row] && index < (row + 1) * width; index++) {
                if (!Float.isFinite(values[index])) {
                    throw notFinite(name, row, values[index]);
                }
            }
        }
        return values;
    }

    private double[] doubles(Map<String, byte[]> frames, String name, boolean[] rows) {
        double[] values = ArrayFrames.toDoubles(frames.get(name), spec.array(name).type());
        for (int row = 0; row < rows.length; row++) {
            if (rows[row] && !Double.isFinite(values[row])) {
                throw notFinite(name, row, values[row]);
            }
        }
        return values;
    }

    private byte[] flags(Map<String, byte[]> frames, String name, boolean[] rows) {
        byte[] values = frames.get(name);
        int width = spec.array(name).elements();
        for (int row = 0; row < rows.length; row++) {
            for (int index = row * width; rows[row] && index < (row + 1) * width; index++) {
                if (values[index] != 0 && values[index] != 1) {
                    throw new ProtocolViolation(
                            ErrorCode.BAD_DTYPE,
                            "expected "
                                    + name
                                    + " of row "
                                    + row
                                    + " to be 0 or 1, found "
                                    + (values[index] & 0xFF));
                }
            }
        }
        return values;
    }

    private void requireChoices(byte[] available, boolean[] rows) {
        int actions = environment.actionSpace().size();
        int agents = environment.agents().size();
        for (int agent = 0; agent < environments * agents; agent++) {
            boolean any = !rows[agent / agents];
            for (int action = 0; action < actions; action++) {
                any |= available[agent * actions + action] == 1;
            }
            if (!any) {
                throw new ProtocolViolation(
                        ErrorCode.BAD_DTYPE,
                        "expected an available action for agent "
                                + agent % agents
                                + " of row "
                                + agent / agents
                                + ", found none");
            }
        }
    }

    private static ProtocolViolation notFinite(String name, int row, double found) {
        return new ProtocolViolation(
                ErrorCode.BAD_DTYPE,
                "expected finite " + name + " in row " + row + ", found " + found);
    }
}
