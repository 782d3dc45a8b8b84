package org.cfcql.report.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A field that the sides have different values of.
 *
 * @param field dotted name
 * @param first values of the first side, several where its seeds differ; empty where it has none
 * @param second values of the second side
 * @param cells the cells in which it is so
 */
public record FieldDifference(String field, String first, String second, List<CellName> cells) {
    /** The differences of all cells, by field. */
    static List<FieldDifference> of(List<Pairing> pairs) {
        SortedMap<String, Map<List<String>, List<CellName>>> found = new TreeMap<>();
        for (Pairing pair : pairs) {
            SortedSet<String> fields = new TreeSet<>();
            pair.first().values().forEach(entry -> fields.addAll(entry.fields().keySet()));
            pair.second().values().forEach(entry -> fields.addAll(entry.fields().keySet()));
            for (String field : fields) {
                String first = values(pair.first(), field);
                String second = values(pair.second(), field);
                if (!first.equals(second)) {
                    found.computeIfAbsent(field, key -> new LinkedHashMap<>())
                            .computeIfAbsent(List.of(first, second), key -> new ArrayList<>())
                            .add(pair.name());
                }
            }
        }
        List<FieldDifference> differences = new ArrayList<>();
        found.forEach(
                (field, byValues) ->
                        byValues.forEach(
                                (values, cells) ->
                                        differences.add(
                                                new FieldDifference(
                                                        field,
                                                        values.get(0),
                                                        values.get(1),
                                                        List.copyOf(cells)))));
        return differences;
    }

    private static String values(Map<Long, Entry> side, String field) {
        SortedSet<String> values = new TreeSet<>();
        side.values().stream()
                .map(entry -> entry.fields().get(field))
                .filter(Objects::nonNull)
                .forEach(values::add);
        return String.join(", ", values);
    }
}
