package org.cfcql.report.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The cells of two sides that belong together.
 *
 * @param name what they are called, showing where the sides differ
 * @param first cells of the first side, by seed
 * @param second cells of the second side, by seed
 * @param seedsBelongTogether whether episodes of a seed start alike on both sides
 */
record Pairing(
        CellName name,
        SortedMap<Long, Entry> first,
        SortedMap<Long, Entry> second,
        boolean seedsBelongTogether) {

    /**
     * Pairs by seed where start states are shared and two seeds are there to be paired: then only
     * those seeds stay.
     */
    static Pairing of(CellName name, SortedMap<Long, Entry> first, SortedMap<Long, Entry> second) {
        SortedMap<Long, Entry> ours = new TreeMap<>(first);
        SortedMap<Long, Entry> theirs = new TreeMap<>(second);
        ours.keySet().retainAll(second.keySet());
        theirs.keySet().retainAll(first.keySet());
        boolean shared =
                ours.entrySet().stream()
                        .allMatch(
                                one -> {
                                    Optional<String> starts = one.getValue().starts();
                                    return starts.isPresent()
                                            && starts.equals(theirs.get(one.getKey()).starts());
                                });
        return ours.size() > 1 && shared
                ? new Pairing(name, ours, theirs, true)
                : new Pairing(name, first, second, false);
    }

    /** Scores of one side, in the order of the seeds. */
    static double[] scores(Map<Long, Entry> side) {
        return side.values().stream().mapToDouble(Entry::score).toArray();
    }

    /** The conditions in which the sides differ, or one of them in itself. */
    List<Condition> differing() {
        List<Condition> differing = new ArrayList<>();
        for (Condition condition : Condition.values()) {
            if (!unknown(condition) && differs(condition)) {
                differing.add(condition);
            }
        }
        return differing;
    }

    /** Whether a side does not say it. */
    boolean unknown(Condition condition) {
        return !sample(first).conditions().containsKey(condition)
                || !sample(second).conditions().containsKey(condition);
    }

    private boolean differs(Condition condition) {
        if (condition == Condition.DATA) {
            SortedMap<Long, Entry> common = new TreeMap<>(first);
            common.keySet().retainAll(second.keySet());
            if (!common.isEmpty()) {
                // Each seed may have data of its own, as in the paper.
                return common.entrySet().stream()
                        .anyMatch(
                                one ->
                                        !value(one.getValue(), condition)
                                                .equals(
                                                        value(
                                                                second.get(one.getKey()),
                                                                condition)));
            }
        }
        List<String> values = new ArrayList<>();
        first.values().forEach(entry -> values.add(value(entry, condition)));
        second.values().forEach(entry -> values.add(value(entry, condition)));
        return values.stream().distinct().count() > 1;
    }

    /** What one side says of a condition, in words. */
    static String text(Map<Long, Entry> side, Condition condition) {
        return side.values().stream()
                .map(entry -> value(entry, condition))
                .distinct()
                .reduce((one, other) -> one + " and " + other)
                .orElse("");
    }

    private static String value(Entry entry, Condition condition) {
        return entry.conditions().getOrDefault(condition, "");
    }

    private static Entry sample(SortedMap<Long, Entry> side) {
        return side.get(side.firstKey());
    }
}
