package org.cfcql.run.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cfcql.error.Suggestion;
import org.cfcql.error.UserError;

/** One mapping of a configuration file, read key by key; keys nobody asked for are refused. */
public final class ConfigSection {
    private final String path;
    private final Map<String, Object> values;
    private final Set<String> known = new LinkedHashSet<>();

    /**
     * A section.
     *
     * @param path dotted name for messages; empty for the whole file
     */
    ConfigSection(String path, Map<String, Object> values) {
        this.path = path;
        this.values = values;
    }

    /** Whether the key is set. */
    boolean has(String key) {
        known.add(key);
        return values.get(key) != null;
    }

    /** The value as read, or null. */
    Object raw(String key) {
        known.add(key);
        return values.get(key);
    }

    /** A text that must be set. */
    String text(String key) {
        Object value = raw(key);
        if (!(value instanceof String text) || text.isBlank()) {
            throw refused(key, "a text", value);
        }
        return text;
    }

    /** A whole number within bounds, or the default where the key is missing. */
    int count(String key, int defaultValue, int low, int high) {
        if (!has(key)) {
            return defaultValue;
        }
        Object value = raw(key);
        boolean fits =
                (value instanceof Integer || value instanceof Long)
                        && ((Number) value).longValue() >= low
                        && ((Number) value).longValue() <= high;
        if (!fits) {
            throw refused(key, "a whole number from " + low + " to " + high, value);
        }
        return ((Number) value).intValue();
    }

    /** One of several words, or several of them in a list; the default where missing. */
    List<String> choices(String key, String defaultValue, String... words) {
        if (!has(key)) {
            return List.of(defaultValue);
        }
        List<String> chosen = new ArrayList<>();
        for (Object value : raw(key) instanceof List<?> list ? list : List.of(raw(key))) {
            if (!List.of(words).contains(String.valueOf(value))) {
                throw refused(key, "one of " + String.join(", ", words), value);
            }
            chosen.add(String.valueOf(value));
        }
        if (chosen.isEmpty()) {
            throw refused(key, "one of " + String.join(", ", words), "an empty list");
        }
        return chosen;
    }

    /** Constants by their words, one or several in a list; the default where missing. */
    <E extends Enum<E>> List<E> choices(String key, E byDefault) {
        Class<E> type = byDefault.getDeclaringClass();
        String[] words = Words.all(type).toArray(String[]::new);
        return choices(key, Words.of(byDefault), words).stream()
                .map(word -> Words.read(type, word).orElseThrow())
                .toList();
    }

    /** A list with at least one element. */
    List<?> list(String key) {
        Object value = raw(key);
        if (!(value instanceof List<?> list) || list.isEmpty()) {
            throw refused(key, "a list with at least one element", value);
        }
        return list;
    }

    /** A mapping below this one; empty where the key is missing. */
    ConfigSection section(String key) {
        Object value = has(key) ? raw(key) : Map.of();
        if (!(value instanceof Map<?, ?> map)) {
            throw refused(key, "a mapping", value);
        }
        return new ConfigSection(name(key), mapping(map));
    }

    /** All keys and values. */
    Map<String, Object> values() {
        return values;
    }

    /**
     * Checks that every key was asked for.
     *
     * @throws UserError naming the first unknown key and the closest known one
     */
    void requireAllRead() {
        for (String key : values.keySet()) {
            if (!known.contains(key)) {
                String where = path.isEmpty() ? "the experiment" : "'" + path + "'";
                throw new UserError(
                        "expected a key of "
                                + where
                                + ", found '"
                                + key
                                + "'; "
                                + Suggestion.of(key, known));
            }
        }
    }

    UserError refused(String key, String expected, Object found) {
        return new UserError(
                "expected "
                        + name(key)
                        + " to be "
                        + expected
                        + ", found "
                        + (found == null ? "nothing" : "'" + found + "'")
                        + "; change it in the experiment");
    }

    /** A copy with text keys, in the order of the file. */
    public static Map<String, Object> mapping(Map<?, ?> map) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> copy.put(String.valueOf(key), value));
        return copy;
    }

    private String name(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
