package org.cfcql.env.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;

/**
 * What a worker says its environment is ({@code env-bridges/PROTOCOL.md} 5).
 *
 * @param family environment family
 * @param label name for results and tables
 * @param options options as resolved
 * @param parts identities of loaded parts
 * @param environments E
 * @param arrays descriptors by name
 * @param resetFrames names of the arrays of RESET_OK, in order
 * @param stepFrames names of the arrays of STEP_OK, in order
 * @param stateful whether STATE_GET and STATE_SET are offered
 * @param licence licence notice
 * @param taskFingerprint SHA-256 of which task it is, wherever it runs
 * @param environment the rest, as the harness sees environments
 */
public record Spec(
        String family,
        String label,
        Map<String, String> options,
        Map<String, String> parts,
        int environments,
        Map<String, ArrayDescriptor> arrays,
        List<String> resetFrames,
        List<String> stepFrames,
        boolean stateful,
        String licence,
        String taskFingerprint,
        EnvironmentSpec environment) {

    /**
     * Reads the message and checks that it agrees with itself.
     *
     * @throws ProtocolViolation if it does not
     */
    public static Spec of(Message message) {
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
        spec.check();
        return spec;
    }

    /** Descriptor of an array. */
    public ArrayDescriptor array(String name) {
        ArrayDescriptor array = arrays.get(name);
        if (array == null) {
            throw bad("no array " + name);
        }
        return array;
    }

    private static Map<String, ArrayDescriptor> arrays(List<Fields> descriptors) {
        Map<String, ArrayDescriptor> arrays = new LinkedHashMap<>();
        for (Fields descriptor : descriptors) {
            ArrayDescriptor array = ArrayDescriptor.of(descriptor);
            if (arrays.put(array.name(), array) != null) {
                throw bad("array " + array.name() + " twice");
            }
        }
        for (String name : List.of("observations", "actions", "rewards")) {
            if (!arrays.containsKey(name)) {
                throw bad("no array " + name);
            }
        }
        return arrays;
    }

    private static EnvironmentSpec environment(Fields fields, Map<String, ArrayDescriptor> arrays) {
        List<String> agents = fields.texts("agents");
        int[] observations = arrays.get("observations").shape();
        if (observations.length != 2 || observations[0] != agents.size()) {
            throw bad("observations of shape " + Arrays.toString(observations));
        }
        ArrayDescriptor state = arrays.get("state");
        String derivedBy = state == null ? "concatenate" : state.derivedBy();
        int stateSize = state == null ? observations[0] * observations[1] : state.elements();
        Fields reward = fields.map("reward");
        return new EnvironmentSpec(
                fields.text("env"),
                agents,
                observations[1],
                stateSize,
                derivedBy.equals("concatenate"),
                actionSpace(fields.map("action")),
                arrays.containsKey("available_actions"),
                fields.count("episode_limit"),
                timeoutKind(fields.text("timeout_kind")),
                perAgent(reward.text("kind")),
                reduction(reward.text("reduction")),
                fields.texts("info"),
                fields.text("seeding"),
                fields.text("determinism"),
                fields.text("fingerprint"),
                fields.textMap("fingerprint_of"));
    }

    private static ActionSpace actionSpace(Fields action) {
        if (action.text("kind").equals("discrete")) {
            return new ActionSpace.Discrete(action.count("count"));
        }
        int[] shape = action.counts("shape");
        double[] low = action.reals("low");
        double[] high = action.reals("high");
        boolean uniform =
                shape.length == 1
                        && low.length == shape[0]
                        && high.length == shape[0]
                        && Arrays.stream(low).allMatch(bound -> bound == low[0])
                        && Arrays.stream(high).allMatch(bound -> bound == high[0]);
        if (!action.text("kind").equals("box") || !uniform || shape[0] == 0) {
            throw bad("an action space that is neither discrete nor a box with equal bounds");
        }
        return new ActionSpace.Box(shape[0], low[0], high[0]);
    }

    private static TimeoutKind timeoutKind(String text) {
        return switch (text) {
            case "terminal" -> TimeoutKind.TERMINAL;
            case "truncation" -> TimeoutKind.TRUNCATION;
            case "bootstrap" -> TimeoutKind.BOOTSTRAP;
            default -> throw bad("timeout_kind " + text);
        };
    }

    private static boolean perAgent(String kind) {
        return switch (kind) {
            case "per_agent" -> true;
            case "team" -> false;
            default -> throw bad("reward.kind " + kind);
        };
    }

    private static String reduction(String wire) {
        return switch (wire) {
            case "none" -> "team";
            case "mean" -> "mean";
            case "first" -> "agent0";
            default -> throw bad("reward.reduction " + wire);
        };
    }

    private void check() {
        List<String> seen = new ArrayList<>();
        if (array("observations").sent()) {
            seen.add("observations");
        } else {
            checkRepeated();
        }
        if (environment.masked()) {
            seen.add("available_actions");
        }
        if (hasOwnState()) {
            seen.add("state");
        }
        requireFrames(resetFrames, seen);
        seen.addAll(List.of("rewards", "terminated", "truncated", "episode_length"));
        seen.addAll(environment.infoNames());
        requireFrames(stepFrames, seen);
        checkActions();
        int agents = environment.agents().size();
        checkShape("rewards", environment.perAgentReward() ? agents : 1);
        checkShape("terminated", 1);
        checkShape("truncated", 1);
        environment.infoNames().forEach(name -> checkShape(name, 1));
        if (environment.masked()) {
            checkShape("available_actions", agents * environment.actionSpace().size());
        }
        if (environment.episodeLimit() < 1) {
            throw bad("episode_limit " + environment.episodeLimit());
        }
    }

    private void requireFrames(List<String> frames, List<String> needed) {
        frames.forEach(this::array);
        for (String name : needed) {
            if (!frames.contains(name)) {
                throw bad("frames without " + name);
            }
        }
    }

    private boolean hasOwnState() {
        return arrays.containsKey("state") && arrays.get("state").sent();
    }

    private void checkRepeated() {
        boolean whole = hasOwnState() && environment.stateSize() == environment.observationSize();
        if (!array("observations").derivedBy().equals("repeat") || !whole) {
            throw bad("observations that are neither sent nor the state of every agent");
        }
    }

    private void checkActions() {
        boolean discrete = environment.actionSpace() instanceof ActionSpace.Discrete;
        int perAgent = discrete ? 1 : environment.actionSpace().size();
        checkShape("actions", environment.agents().size() * perAgent);
        ElementType type = array("actions").type();
        boolean fits =
                discrete
                        ? type == ElementType.I32
                        : type == ElementType.F32 || type == ElementType.F64;
        if (!fits) {
            throw bad("actions of type " + type.wireName());
        }
    }

    private void checkShape(String name, int elements) {
        if (array(name).elements() != elements) {
            throw bad(
                    name
                            + " of shape "
                            + Arrays.toString(array(name).shape())
                            + ", expected "
                            + elements
                            + " elements");
        }
    }

    private static ProtocolViolation bad(String found) {
        return new ProtocolViolation(
                ErrorCode.BAD_MESSAGE, "expected a consistent SPEC, found " + found);
    }
}
