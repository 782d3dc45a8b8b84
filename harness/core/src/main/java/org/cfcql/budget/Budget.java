package org.cfcql.budget;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a cell may spend: units granted per role; a role that is missing grants nothing.
 *
 * @param grants units per role, in the order of {@link Role}
 */
public record Budget(Map<Role, Long> grants) {
    /** Copies the grants into a fixed order. */
    public Budget {
        EnumMap<Role, Long> ordered = new EnumMap<>(Role.class);
        ordered.putAll(grants);
        grants = Collections.unmodifiableMap(ordered);
    }

    /** As much of every role as can be counted. */
    public static Budget unlimited() {
        EnumMap<Role, Long> grants = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            grants.put(role, Long.MAX_VALUE);
        }
        return new Budget(grants);
    }

    /** Units granted for a role. */
    public long granted(Role role) {
        return grants.getOrDefault(role, 0L);
    }
}
