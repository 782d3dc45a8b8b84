package org.cfcql.env.wire;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;

/** Reads what a worker says its environment is ({@code env-bridges/PROTOCOL.md} 5). */
public final class SpecReader {
    private SpecReader() {}

    /**
     * Reads the message and checks that it agrees with itself.
     *
     * @throws ProtocolViolation if it does not
     */
    public static Spec read(Message message) {
        Fields fields = message.read();
        Map<String, ArrayDescriptor> arrays = arrays(fields.maps("arrays"));
        Spec spec =
                new Spec(
                        fields.text("family"),
                        fields.text("label"),
                        fields.scalarMap("options"),
                        fields.textMap("parts"),
                        fields.count("envs"),
                        arrays,
                        fields.texts("reset_frames"),
                        fields.texts("step_frames"),
                        fields.texts("capabilities").contains("state"),
                        fields.text("licence"),
                        fields.text("task_fingerprint"),
                        environment(fields, arrays));
        new SpecCheck(spec, fields).check();
        return spec;
    }

    private static Map<String, ArrayDescriptor> arrays(List<Fields> descriptors) {
        Map<String, ArrayDescriptor> arrays = new LinkedHashMap<>();
        for (Fields descriptor : descriptors) {
            ArrayDescriptor array = ArrayDescriptor.of(descriptor);
            if (arrays.put(array.name(), array) != null) {
                throw ProtocolViolation.inSpec("array " + array.name() + " twice");
            }
        }
        for (String name : List.of("observations", "actions", "rewards")) {
            if (!arrays.containsKey(name)) {
                throw ProtocolViolation.inSpec("no array " + name);
            }
        }
        return arrays;
    }

    private static EnvironmentSpec environment(Fields fields, Map<String, ArrayDescriptor> arrays) {
        List<String> agents = agents(fields.texts("agents"));
        int[] observations = arrays.get("observations").shape();
        if (observations.length != 2 || observations[0] != agents.size()) {
            throw ProtocolViolation.inSpec(
                    "observations of shape " + Arrays.toString(observations));
        }
        ArrayDescriptor state = arrays.get("state");
        String derivedBy = state == null ? "concatenate" : state.derivedBy();
        int stateSize = state == null ? observations[0] * observations[1] : state.elements();
        Fields reward = fields.map("reward");
        return new EnvironmentSpec(
                fields.text("env"),
                agents,
                within("observations of width", observations[1]),
                within("state of width", stateSize),
                derivedBy.equals("concatenate"),
                actionSpace(fields.map("action")),
                arrays.containsKey("available_actions"),
                within("episode_limit", fields.count("episode_limit")),
                timeoutKind(fields.text("timeout_kind")),
                perAgent(reward.text("kind")),
                reduction(reward.text("reduction")),
                fields.texts("info"),
                fields.text("seeding"),
                fields.text("determinism"),
                fields.text("fingerprint"),
                fields.textMap("fingerprint_of"));
    }

    private static List<String> agents(List<String> names) {
        if (names.isEmpty() || names.size() > Protocol.MAX_AGENTS) {
            throw ProtocolViolation.inSpec(
                    names.size() + " agents, not from 1 to " + Protocol.MAX_AGENTS);
        }
        if (Set.copyOf(names).size() < names.size() || names.contains("")) {
            throw ProtocolViolation.inSpec("agents without a name or with the same one");
        }
        return names;
    }

    private static ActionSpace actionSpace(Fields action) {
        String kind = action.text("kind");
        if (kind.equals("discrete")) {
            return new ActionSpace.Discrete(within("action.count", action.count("count")));
        }
        if (!kind.equals("box")) {
            throw ProtocolViolation.inSpec("action.kind '" + kind + "', neither discrete nor box");
        }
        int[] shape = action.counts("shape");
        double[] low = action.reals("low");
        double[] high = action.reals("high");
        if (shape.length != 1 || low.length != shape[0] || high.length != shape[0]) {
            throw ProtocolViolation.inSpec(
                    "a box of "
                            + shape.length
                            + " dimensions with "
                            + low.length
                            + " lower and "
                            + high.length
                            + " upper bounds");
        }
        within("action.shape", shape[0]);
        for (int dimension = 0; dimension < shape[0]; dimension++) {
            requireBounds(low[dimension], high[dimension]);
            if (low[dimension] != low[0] || high[dimension] != high[0]) {
                throw ProtocolViolation.inSpec("a box whose dimensions have other bounds");
            }
        }
        return new ActionSpace.Box(shape[0], low[0], high[0]);
    }

    /** Ordered as they reach a learner, in single precision; NaN fails every comparison. */
    private static void requireBounds(double low, double high) {
        boolean ordered = (float) low < (float) high;
        if (!(ordered && low >= -Protocol.MAX_BOUND && high <= Protocol.MAX_BOUND)) {
            throw ProtocolViolation.inSpec("action bounds from " + low + " to " + high);
        }
    }

    private static int within(String what, int size) {
        if (size < 1 || size > Protocol.MAX_SIZE) {
            throw ProtocolViolation.inSpec(
                    what + " " + size + ", not from 1 to " + Protocol.MAX_SIZE);
        }
        return size;
    }

    private static TimeoutKind timeoutKind(String text) {
        return switch (text) {
            case "terminal" -> TimeoutKind.TERMINAL;
            case "truncation" -> TimeoutKind.TRUNCATION;
            case "bootstrap" -> TimeoutKind.BOOTSTRAP;
            default -> throw ProtocolViolation.inSpec("timeout_kind " + text);
        };
    }

    private static boolean perAgent(String kind) {
        return switch (kind) {
            case "per_agent" -> true;
            case "team" -> false;
            default -> throw ProtocolViolation.inSpec("reward.kind " + kind);
        };
    }

    private static String reduction(String wire) {
        return switch (wire) {
            case "none" -> "team";
            case "mean" -> "mean";
            case "first" -> "agent0";
            default -> throw ProtocolViolation.inSpec("reward.reduction " + wire);
        };
    }
}
