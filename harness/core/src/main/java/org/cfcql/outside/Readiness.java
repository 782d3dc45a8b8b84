package org.cfcql.outside;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.budget.Role;
import org.cfcql.env.wire.ErrorCode;
import org.cfcql.env.wire.Fields;
import org.cfcql.env.wire.Message;
import org.cfcql.env.wire.ProtocolViolation;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.UpdateStep;

/**
 * What a learner says when it has taken a task.
 *
 * @param settings its settings in force, defaults included
 * @param round the updates of one round
 * @param roles what it declares steps of: {@code CRITIC}, {@code ACTOR} or both
 * @param targets whether it has targets that follow after a round
 * @param readsNextActions whether batches of transitions must bring the next actions
 */
record Readiness(
        SortedMap<String, Object> settings,
        List<UpdateStep.Kind> round,
        Set<Role> roles,
        boolean targets,
        boolean readsNextActions) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_ROUND = 1000;

    /** Copies the collections. */
    Readiness {
        settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
        round = List.copyOf(round);
        roles = Collections.unmodifiableSet(EnumSet.copyOf(roles));
    }

    /** Reads READY. */
    static Readiness of(Message message) {
        Fields fields = message.read();
        List<UpdateStep.Kind> round = new ArrayList<>();
        for (String word : fields.texts("round")) {
            round.add(one(UpdateStep.Kind.values(), word, "round"));
        }
        if (round.isEmpty() || round.size() > LONGEST_ROUND) {
            throw wrong("round to have 1 to " + LONGEST_ROUND + " updates", round.size());
        }
        Set<Role> roles = EnumSet.noneOf(Role.class);
        Role[] known = {Role.CRITIC, Role.ACTOR};
        for (String word : fields.texts("roles")) {
            roles.add(one(known, word, "roles"));
        }
        if (roles.isEmpty()) {
            throw wrong("roles to name critic, actor or both", "none");
        }
        return new Readiness(
                settings(fields.text("settings")),
                round,
                roles,
                fields.flag("targets"),
                fields.flag("reads_next_actions"));
    }

    /** The round as the harness runs it; targets follow its last update. */
    Schedule schedule() {
        List<UpdateStep> steps = new ArrayList<>();
        for (int index = 0; index < round.size(); index++) {
            boolean follow = targets && index == round.size() - 1;
            steps.add(new UpdateStep(round.get(index), UpdateStep.ALL_AGENTS, follow));
        }
        return new Schedule(steps);
    }

    private static SortedMap<String, Object> settings(String json) {
        SortedMap<String, Object> settings = new TreeMap<>();
        try {
            Map<?, ?> read = JSON.readValue(json, Map.class);
            read.forEach(
                    (key, value) -> {
                        boolean scalar =
                                value instanceof String
                                        || value instanceof Number
                                        || value instanceof Boolean;
                        if (!scalar) {
                            throw wrong("settings to have texts, numbers and flags only", value);
                        }
                        settings.put(String.valueOf(key), value);
                    });
            return settings;
        } catch (JsonProcessingException | NullPointerException garbled) {
            throw wrong("settings to be an object in JSON", "something else");
        }
    }

    private static <E extends Enum<E>> E one(E[] known, String word, String field) {
        for (E value : known) {
            if (value.name().toLowerCase(Locale.ROOT).equals(word)) {
                return value;
            }
        }
        throw wrong(field + " of known words", "'" + word + "'");
    }

    private static ProtocolViolation wrong(String expected, Object found) {
        return new ProtocolViolation(
                ErrorCode.BAD_MESSAGE, "expected READY." + expected + ", found " + found);
    }
}
