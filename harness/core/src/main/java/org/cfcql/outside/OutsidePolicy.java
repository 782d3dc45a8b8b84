package org.cfcql.outside;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.Actions;
import org.cfcql.env.Observations;
import org.cfcql.env.wire.ArrayFrames;
import org.cfcql.env.wire.ElementType;
import org.cfcql.env.wire.ErrorCode;
import org.cfcql.env.wire.Message;
import org.cfcql.env.wire.ProtocolViolation;
import org.cfcql.error.NumericFault;
import org.cfcql.learn.Policy;
import org.cfcql.learn.TaskShape;

/**
 * Decisions of a learner's process; sizes, range and legality of every action are checked here.
 *
 * @param id what the experiment calls the learner
 * @param process its process, as the learner is now
 * @param task sizes
 */
record OutsidePolicy(String id, OutsideProcess process, TaskShape task) implements Policy {
    @Override
    public Session open(int environments) {
        long session =
                process.ask(
                        LearnerMessage.OPEN,
                        Map.of("rows", (long) environments),
                        List.of(),
                        reply -> reply.read().whole("session"));
        return new OutsideSession(environments, session);
    }

    /** A session of the process. */
    private final class OutsideSession implements Session {
        private final int environments;
        private final long session;
        private final boolean[] fresh;

        OutsideSession(int environments, long session) {
            this.environments = environments;
            this.session = session;
            fresh = new boolean[environments];
        }

        @Override
        public void reset(int environment) {
            fresh[environment] = true;
        }

        @Override
        public Actions act(Observations seen) {
            byte[] available = available(seen);
            List<byte[]> arrays = new ArrayList<>();
            arrays.add(ArrayFrames.flags(fresh));
            arrays.add(ArrayFrames.reals(seen.observations(), ElementType.F32));
            arrays.add(ArrayFrames.reals(seen.state(), ElementType.F32));
            if (task.actionSpace() instanceof ActionSpace.Discrete) {
                arrays.add(available);
            }
            Actions actions =
                    process.ask(
                            LearnerMessage.ACT,
                            Map.of("session", session),
                            arrays,
                            reply -> actions(reply, available));
            Arrays.fill(fresh, false);
            if (actions instanceof Actions.Continuous vectors) {
                requireFinite(vectors.values());
            }
            return actions;
        }

        /** One where available; everything where the task has no masks. */
        private byte[] available(Observations seen) {
            byte[] mask = seen.availableActions();
            if (mask.length == 0) {
                mask = new byte[environments * task.agents() * task.actionSpace().size()];
                Arrays.fill(mask, (byte) 1);
            }
            return mask;
        }

        private Actions actions(Message reply, byte[] available) {
            int agents = environments * task.agents();
            if (reply.arrays().size() != 1) {
                throw wrong("1 array of actions", reply.arrays().size() + " arrays");
            }
            byte[] frame = reply.arrays().get(0);
            if (task.actionSpace() instanceof ActionSpace.Box box) {
                requireBytes(frame, agents * box.size() * Float.BYTES);
                float[] values = ArrayFrames.toFloats(frame, ElementType.F32);
                requireWithin(values, box);
                return new Actions.Continuous(values);
            }
            requireBytes(frame, agents * Integer.BYTES);
            double[] values = ArrayFrames.toDoubles(frame, ElementType.I32);
            int[] chosen = Arrays.stream(values).mapToInt(value -> (int) value).toArray();
            requireLegal(chosen, available, task.actionSpace().size());
            return new Actions.Discrete(chosen);
        }

        private void requireBytes(byte[] frame, int bytes) {
            if (frame.length != bytes) {
                throw wrong(
                        "actions of " + environments + " rows in " + bytes + " bytes",
                        frame.length + " bytes");
            }
        }

        private void requireWithin(float[] values, ActionSpace.Box box) {
            for (float value : values) {
                if (value < (float) box.low() || value > (float) box.high()) {
                    throw wrong(
                            "actions from " + box.low() + " to " + box.high(),
                            String.valueOf(value));
                }
            }
        }

        private void requireLegal(int[] chosen, byte[] available, int size) {
            for (int index = 0; index < chosen.length; index++) {
                int action = chosen[index];
                if (action < 0 || action >= size) {
                    throw wrong("actions from 0 to " + (size - 1), String.valueOf(action));
                }
                boolean choice = false;
                for (int other = 0; other < size; other++) {
                    choice |= available[index * size + other] == 1;
                }
                if (choice && available[index * size + action] != 1) {
                    throw wrong(
                            "available actions",
                            "action "
                                    + action
                                    + " of agent "
                                    + index % task.agents()
                                    + " in row "
                                    + index / task.agents()
                                    + ", which is masked");
                }
            }
        }

        private void requireFinite(float[] values) {
            for (float value : values) {
                if (!Float.isFinite(value)) {
                    throw new NumericFault(
                            "expected finite actions of the learner '"
                                    + id
                                    + "', found "
                                    + value
                                    + "; its policy has diverged");
                }
            }
        }

        @Override
        public void close() {
            process.shut(session);
        }
    }

    private static ProtocolViolation wrong(String expected, String found) {
        return new ProtocolViolation(
                ErrorCode.BAD_SHAPE, "expected " + expected + ", found " + found);
    }
}
