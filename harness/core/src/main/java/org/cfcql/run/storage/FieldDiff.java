package org.cfcql.run.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Names the fields in which two nested mappings differ. */
public final class FieldDiff {
    private FieldDiff() {}

    /** One {@code field: before -> now} per difference, in the order of the names. */
    public static List<String> of(Map<String, ?> before, Map<String, ?> now) {
        SortedMap<String, Object> left = new TreeMap<>();
        SortedMap<String, Object> right = new TreeMap<>();
        flatten("", before, left);
        flatten("", now, right);
        SortedSet<String> keys = new TreeSet<>(left.keySet());
        keys.addAll(right.keySet());
        List<String> differences = new ArrayList<>();
        for (String key : keys) {
            if (!Objects.equals(left.get(key), right.get(key))) {
                differences.add(key + ": " + shown(left, key) + " -> " + shown(right, key));
            }
        }
        return differences;
    }

    private static String shown(Map<String, Object> fields, String key) {
        return fields.containsKey(key) ? String.valueOf(fields.get(key)) : "(absent)";
    }

    private static void flatten(String prefix, Object value, SortedMap<String, Object> into) {
        if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            String below = prefix.isEmpty() ? "" : prefix + ".";
            map.forEach((key, element) -> flatten(below + key, element, into));
        } else {
            into.put(prefix, value);
        }
    }
}
