package org.cfcql.learn;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.cfcql.error.Suggestion;
import org.cfcql.error.UserError;

/**
 * The keys an experiment sets for one algorithm, read by name with a default.
 *
 * <p>Nested maps become dotted keys ({@code lambda.mode}). Reading a key records the value in
 * force, default or not, so that every result can store the complete configuration; {@link
 * #requireAllRead} refuses keys nobody asked for.
 */
public final class Settings {
    private final String owner;
    private boolean refusesUnknown = true;
    private boolean refusesInert = true;
    private boolean exploring;
    private final SortedMap<String, Object> given = new TreeMap<>();
    private final SortedMap<String, Object> resolved = new TreeMap<>();

    /**
     * Settings of an algorithm.
     *
     * @param owner name for messages, for example {@code cfcql}
     * @param nested keys to numbers, booleans, texts or maps of the same
     */
    public Settings(String owner, Map<String, ?> nested) {
        this.owner = owner;
        flatten("", nested);
    }

    /**
     * Settings of which an algorithm takes what it knows: those it does not read are no error. For
     * golden files, which describe a family of algorithms with one set of keys.
     */
    public static Settings offered(String owner, Map<String, ?> nested) {
        Settings settings = new Settings(owner, nested);
        settings.refusesUnknown = false;
        settings.refusesInert = false;
        return settings;
    }

    /**
     * The complete settings in force of something stored, those without effect among them. For
     * policies, which keep every value they were trained with.
     */
    public static Settings stored(String owner, Map<String, ?> nested) {
        Settings settings = new Settings(owner, nested);
        settings.refusesInert = false;
        return settings;
    }

    /**
     * Settings that show which keys an algorithm reads: every key counts as given and no value is
     * refused; in place of one that is none the default holds.
     */
    public static Settings exploring(String owner, Map<String, ?> nested) {
        Settings settings = offered(owner, nested);
        settings.exploring = true;
        return settings;
    }

    private void flatten(String prefix, Map<String, ?> nested) {
        nested.forEach(
                (key, value) -> {
                    if (value instanceof Map<?, ?> inner) {
                        Map<String, Object> copy = new TreeMap<>();
                        inner.forEach((name, element) -> copy.put(String.valueOf(name), element));
                        flatten(prefix + key + ".", copy);
                    } else {
                        given.put(prefix + key, value);
                    }
                });
    }

    /** Whether the experiment sets this key itself. */
    public boolean isGiven(String key) {
        return exploring || given.containsKey(key);
    }

    /**
     * A number within bounds.
     *
     * @throws UserError if it is no number or outside {@code [low, high]}
     */
    public double number(String key, double defaultValue, double low, double high) {
        Object value =
                accepted(
                        key,
                        defaultValue,
                        found -> found instanceof Number number && within(number, low, high),
                        "a number from " + low + " to " + high);
        double number = ((Number) value).doubleValue();
        resolved.put(key, number);
        return number;
    }

    private static boolean within(Number number, double low, double high) {
        return number.doubleValue() >= low && number.doubleValue() <= high;
    }

    /** The value in force, if it is one. */
    private Object accepted(
            String key, Object defaultValue, Predicate<Object> acceptable, String expected) {
        Object value = given.getOrDefault(key, defaultValue);
        if (acceptable.test(value)) {
            return value;
        }
        if (exploring) {
            return defaultValue;
        }
        throw new UserError(
                "expected "
                        + owner
                        + "."
                        + key
                        + " to be "
                        + expected
                        + ", found '"
                        + value
                        + "'; change it in the experiment");
    }

    /**
     * A whole number within bounds.
     *
     * @throws UserError if it is none or outside {@code [low, high]}
     */
    public int count(String key, int defaultValue, int low, int high) {
        Object value =
                accepted(
                        key,
                        defaultValue,
                        found ->
                                found instanceof Number number
                                        && number.doubleValue() == Math.rint(number.doubleValue())
                                        && within(number, low, high),
                        "a whole number from " + low + " to " + high);
        int count = ((Number) value).intValue();
        resolved.put(key, count);
        return count;
    }

    /**
     * Yes or no.
     *
     * @throws UserError if it is neither
     */
    public boolean flag(String key, boolean defaultValue) {
        boolean flag =
                (Boolean) accepted(key, defaultValue, Boolean.class::isInstance, "true or false");
        resolved.put(key, flag);
        return flag;
    }

    /**
     * One of several words.
     *
     * @throws UserError if it is none of them
     */
    public String choice(String key, String defaultValue, String... words) {
        Object value =
                accepted(
                        key,
                        defaultValue,
                        found -> Arrays.asList(words).contains(String.valueOf(found)),
                        "one of " + String.join(", ", words));
        resolved.put(key, String.valueOf(value));
        return String.valueOf(value);
    }

    /** A text, for example the path of a stored model; empty by default. */
    public String text(String key, String defaultValue) {
        String value = String.valueOf(given.getOrDefault(key, defaultValue));
        resolved.put(key, value);
        return value;
    }

    /**
     * A list of words; of a sweep's lists nothing of the kind is ever made.
     *
     * @throws UserError if it is no list
     */
    public List<String> words(String key) {
        if (!(given.get(key) instanceof List<?> list)) {
            throw new UserError(
                    "expected "
                            + owner
                            + "."
                            + key
                            + " to be a list of words, found '"
                            + given.get(key)
                            + "'; change it in the experiment");
        }
        List<String> words = list.stream().map(String::valueOf).toList();
        resolved.put(key, words);
        return words;
    }

    /**
     * All keys that were not read so far, for somebody else who knows what they mean.
     *
     * @param facts keys of {@link #fact}, which are no settings
     */
    public SortedMap<String, Object> handOn(Set<String> facts) {
        SortedMap<String, Object> others = new TreeMap<>(given);
        others.keySet().removeAll(resolved.keySet());
        others.keySet().removeAll(facts);
        resolved.putAll(others);
        return Collections.unmodifiableSortedMap(others);
    }

    /** A value in force that somebody else has decided where the experiment says nothing. */
    public void inForce(String key, Object value) {
        resolved.putIfAbsent(key, value);
    }

    /**
     * Something that decides numbers and that nobody sets: a value in force like others. Whoever
     * continues from stored settings must find the same.
     *
     * @throws UserError if it is another than the given one
     */
    public void fact(String key, String value) {
        Object before = given.getOrDefault(key, value);
        if (!before.equals(value)) {
            throw new UserError(
                    "expected "
                            + owner
                            + "."
                            + key
                            + " to be '"
                            + before
                            + "' as it was, found '"
                            + value
                            + "'; bring back what has changed, or leave the key out");
        }
        resolved.put(key, value);
    }

    /** Whether only the keys matter that are read, whatever their values. */
    public boolean explores() {
        return exploring;
    }

    /**
     * Refuses a key that is set although it can have no effect: whoever sets it expects one.
     *
     * @param key exact key, or a prefix that ends in a dot
     * @param advice what to do, for example {@code set lambda.mode: softmax or leave it out}
     * @throws UserError if the experiment sets it
     */
    public void refuseInert(String key, String advice) {
        for (String name : given.keySet()) {
            boolean meant = key.endsWith(".") ? name.startsWith(key) : name.equals(key);
            if (meant && refusesInert) {
                throw new UserError(
                        "expected only keys of "
                                + owner
                                + " that have an effect, found '"
                                + name
                                + "' where it has none; "
                                + advice);
            }
        }
    }

    /** Every given key that was not read so far. */
    public SortedSet<String> unread() {
        SortedSet<String> unread = new TreeSet<>(given.keySet());
        unread.removeAll(resolved.keySet());
        return unread;
    }

    /** Every key read so far with the value in force. */
    public SortedMap<String, Object> resolved() {
        return Collections.unmodifiableSortedMap(new TreeMap<>(resolved));
    }

    /**
     * Checks that every given key was read.
     *
     * @throws UserError naming the first unknown key and the closest known one
     */
    public void requireAllRead() {
        SortedSet<String> unknown = unread();
        if (!unknown.isEmpty() && refusesUnknown) {
            String key = unknown.first();
            throw new UserError(
                    "expected a key of "
                            + owner
                            + ", found '"
                            + key
                            + "'; "
                            + Suggestion.of(key, List.copyOf(resolved.keySet())));
        }
    }

    @Override
    public String toString() {
        return given.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(", "));
    }
}
