package org.cfcql.env.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.EnvironmentSpec;

/**
 * Whether a SPEC agrees with itself: names and kinds there are, arrays that fit each other and the
 * limits of messages, and hashes of what it says. Nothing is allocated by its sizes before.
 */
final class SpecCheck {
    private static final String HASH = "[0-9a-f]{64}";
    private static final List<String> TASK_KEYS = List.of("env", "backend");
    private static final List<String> TASK_PREFIXES = List.of("option.", "file.", "part.");

    private final Spec spec;
    private final Fields fields;
    private final EnvironmentSpec environment;

    SpecCheck(Spec spec, Fields fields) {
        this.spec = spec;
        this.fields = fields;
        environment = spec.environment();
    }

    /**
     * Checks all of it.
     *
     * @throws ProtocolViolation at the first thing that is wrong
     */
    void check() {
        names();
        if (spec.environments() < 1 || spec.environments() > Protocol.MAX_ENVIRONMENTS) {
            throw ProtocolViolation.inSpec(spec.environments() + " envs");
        }
        sizes();
        actions();
        observations();
        state();
        frames();
        rewards();
        fingerprints();
        stateLayout();
    }

    private void names() {
        String id = environment.id();
        if (!id.startsWith(spec.family() + "/") || !spec.label().startsWith(id)) {
            throw ProtocolViolation.inSpec(
                    "env '%s' of family '%s' with label '%s'"
                            .formatted(id, spec.family(), spec.label()));
        }
        oneOf("seeding", environment.seeding(), "per_episode", "per_process", "none");
        oneOf("determinism", environment.determinism(), "bitwise", "same_build", "unreproducible");
        if (!fields.texts("autoreset").contains("disabled")) {
            throw ProtocolViolation.inSpec("autoreset without disabled");
        }
    }

    private static void oneOf(String name, String found, String... known) {
        if (!List.of(known).contains(found)) {
            throw ProtocolViolation.inSpec(
                    name + " '" + found + "', none of " + String.join(", ", known));
        }
    }

    private void sizes() {
        for (ArrayDescriptor array : spec.arrays().values()) {
            if (array.frameBytes(spec.environments()) > Protocol.MAX_FRAME_BYTES) {
                throw tooLarge(array.name(), array.frameBytes(spec.environments()));
            }
            boolean derived = spec.arrays().containsKey(array.derivedFrom());
            if (array.sent() != array.derivedBy().isEmpty() || !array.sent() && !derived) {
                throw ProtocolViolation.inSpec(
                        array.name()
                                + " derived from '"
                                + array.derivedFrom()
                                + "' by '"
                                + array.derivedBy()
                                + "'");
            }
        }
        long choices = (long) environment.agents().size() * environment.actionSpace().size();
        long seen = (long) environment.agents().size() * environment.observationSize();
        long most = Protocol.MAX_FRAME_BYTES / Float.BYTES / spec.environments();
        if (choices > most || seen > most) {
            throw tooLarge("actions or observations", Math.max(choices, seen) * Float.BYTES);
        }
        for (List<String> sent : List.of(spec.resetFrames(), spec.stepFrames())) {
            long bytes =
                    sent.stream()
                            .mapToLong(name -> spec.array(name).frameBytes(spec.environments()))
                            .sum();
            if (bytes > Protocol.MAX_MESSAGE_BYTES) {
                throw tooLarge("frames", bytes);
            }
        }
    }

    private static ProtocolViolation tooLarge(String what, long bytes) {
        return new ProtocolViolation(
                ErrorCode.TOO_LARGE,
                "expected arrays that fit a message, found "
                        + what
                        + " of "
                        + bytes
                        + " bytes; use fewer environments");
    }

    private void actions() {
        boolean discrete = environment.actionSpace() instanceof ActionSpace.Discrete;
        int agents = environment.agents().size();
        int perAgent = discrete ? 1 : environment.actionSpace().size();
        requireElements("actions", agents * perAgent);
        ElementType type = spec.array("actions").type();
        boolean fits = discrete ? type == ElementType.I32 : real(type);
        if (!fits) {
            throw ProtocolViolation.inSpec("actions of type " + type.wireName());
        }
        if (environment.masked()) {
            if (!discrete) {
                throw ProtocolViolation.inSpec(
                        "available_actions of actions that are not numbered");
            }
            requireElements("available_actions", agents * environment.actionSpace().size());
            requireFlags("available_actions");
        }
    }

    private void observations() {
        ArrayDescriptor observations = spec.array("observations");
        if (!real(observations.type())) {
            throw ProtocolViolation.inSpec(
                    "observations of type " + observations.type().wireName());
        }
        if (observations.sent()) {
            return;
        }
        boolean whole =
                spec.arrays().containsKey("state")
                        && spec.array("state").sent()
                        && environment.stateSize() == environment.observationSize();
        if (!observations.derivedBy().equals("repeat") || !whole) {
            throw ProtocolViolation.inSpec(
                    "observations that are neither sent nor the state of every agent");
        }
    }

    private void state() {
        ArrayDescriptor state = spec.arrays().get("state");
        if (state == null) {
            return;
        }
        int width = environment.observationSize();
        boolean fits =
                switch (state.derivedBy()) {
                    case "" -> state.sent();
                    case "concatenate" -> state.elements() == width * environment.agents().size();
                    case "agent_0" -> state.elements() == width;
                    default -> false;
                };
        if (!fits || !real(state.type()) || !state.sent() && !spec.array("observations").sent()) {
            throw ProtocolViolation.inSpec(
                    "state of shape %s and type %s, %s"
                            .formatted(
                                    Arrays.toString(state.shape()),
                                    state.type().wireName(),
                                    state.sent() ? "sent" : "derived by " + state.derivedBy()));
        }
    }

    private void frames() {
        List<String> seen = new ArrayList<>();
        for (String name : List.of("observations", "available_actions", "state")) {
            if (spec.arrays().containsKey(name) && spec.array(name).sent()) {
                seen.add(name);
            }
        }
        requireFrames(spec.resetFrames(), seen);
        seen.addAll(List.of("rewards", "terminated", "truncated"));
        seen.addAll(List.of("episode_return", "episode_length"));
        seen.addAll(environment.infoNames());
        requireFrames(spec.stepFrames(), seen);
        requireFlags("terminated");
        requireFlags("truncated");
        requireElements("terminated", 1);
        requireElements("truncated", 1);
        if (spec.stepFrames().contains(Spec.VOID)) {
            requireFlags(Spec.VOID);
            requireElements(Spec.VOID, 1);
        }
        List<String> infos = environment.infoNames();
        infos.forEach(name -> requireElements(name, 1));
        boolean totals = infos.containsAll(List.of("episode_return", "episode_length"));
        boolean roles = infos.stream().allMatch(name -> spec.array(name).role().equals("info"));
        if (!totals || !roles || Set.copyOf(infos).size() < infos.size()) {
            throw ProtocolViolation.inSpec("info arrays " + infos);
        }
    }

    private void requireFrames(List<String> frames, List<String> needed) {
        if (Set.copyOf(frames).size() < frames.size()
                || !frames.stream().allMatch(name -> spec.array(name).sent())) {
            throw ProtocolViolation.inSpec("frames that come twice or are derived: " + frames);
        }
        for (String name : needed) {
            if (!frames.contains(name)) {
                throw ProtocolViolation.inSpec("frames without " + name);
            }
        }
    }

    private void rewards() {
        boolean perAgent = environment.perAgentReward();
        requireElements("rewards", perAgent ? environment.agents().size() : 1);
        if (!real(spec.array("rewards").type())) {
            throw ProtocolViolation.inSpec(
                    "rewards of type " + spec.array("rewards").type().wireName());
        }
        if (perAgent == environment.paperReduction().equals("team")) {
            throw ProtocolViolation.inSpec("a reduction that does not fit reward.kind");
        }
        Fields reward = fields.map("reward");
        double low = reward.has("low") ? reward.real("low") : -Double.MAX_VALUE;
        double high = reward.has("high") ? reward.real("high") : Double.MAX_VALUE;
        if (low > high) {
            throw ProtocolViolation.inSpec("rewards from " + low + " to " + high);
        }
    }

    private void fingerprints() {
        Map<String, String> all = environment.ingredients();
        requireHash("fingerprint", environment.fingerprint(), all);
        Map<String, String> task = new TreeMap<>(all);
        task.keySet()
                .removeIf(
                        key ->
                                !TASK_KEYS.contains(key)
                                        && TASK_PREFIXES.stream().noneMatch(key::startsWith));
        requireHash("task_fingerprint", spec.taskFingerprint(), task);
        boolean ofThis =
                environment.id().equals(all.get("env"))
                        && fields.text("backend").equals(all.get("backend"));
        if (!ofThis || all.keySet().stream().anyMatch(key -> key.contains("="))) {
            throw ProtocolViolation.inSpec("the fingerprint of another environment");
        }
        requireTold("option.", spec.options());
        requireTold("part.", spec.parts());
    }

    /** What is hashed is what is said beside it; numbers may be written in another way. */
    private void requireTold(String prefix, Map<String, String> told) {
        Map<String, String> hashed = new TreeMap<>();
        environment
                .ingredients()
                .forEach(
                        (key, value) -> {
                            if (key.startsWith(prefix)) {
                                hashed.put(key.substring(prefix.length()), value);
                            }
                        });
        boolean same =
                hashed.keySet().equals(told.keySet())
                        && told.entrySet().stream()
                                .allMatch(one -> equal(one.getValue(), hashed.get(one.getKey())));
        if (!same) {
            throw ProtocolViolation.inSpec(
                    prefix + "* " + told + " with the fingerprint of " + hashed);
        }
    }

    private static boolean equal(String told, String hashed) {
        if (told.equals(hashed)) {
            return true;
        }
        try {
            return Double.parseDouble(told) == Double.parseDouble(hashed);
        } catch (NumberFormatException words) {
            return false;
        }
    }

    private static void requireHash(String name, String found, Map<String, String> of) {
        String computed = Fingerprint.of(of);
        if (!found.matches(HASH) || !computed.equals(found)) {
            throw new ProtocolViolation(
                    ErrorCode.INTERNAL,
                    "expected the %s of its ingredients, %s, found '%s'"
                            .formatted(name, computed, found));
        }
    }

    private void stateLayout() {
        for (Fields part : fields.maps("state_layout")) {
            part.text("name");
            ElementType.of(part.text("dtype"));
            part.counts("shape");
        }
    }

    private void requireFlags(String name) {
        if (spec.array(name).type() != ElementType.U8) {
            throw ProtocolViolation.inSpec(name + " of type " + spec.array(name).type().wireName());
        }
    }

    private void requireElements(String name, int elements) {
        if (spec.array(name).elements() != elements) {
            throw ProtocolViolation.inSpec(
                    name
                            + " of shape "
                            + Arrays.toString(spec.array(name).shape())
                            + ", expected "
                            + elements
                            + " elements");
        }
    }

    private static boolean real(ElementType type) {
        return type == ElementType.F32 || type == ElementType.F64;
    }
}
