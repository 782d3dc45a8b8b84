package org.cfcql.report.model;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.cfcql.report.read.ReportedCell;

/**
 * What is known of the algorithms beside their runs. A report is told it by its caller, who knows
 * the algorithms: run folders do not say it, and those of years ago must give the tables of today.
 * Of an algorithm that nobody knows any more, tables print the id and the numbers of its runs.
 */
public final class Publications {
    private final SortedMap<String, String> ids = new TreeMap<>();
    private final SortedMap<String, List<String>> forms = new TreeMap<>();

    /**
     * Tells of an algorithm.
     *
     * @param names its names in the tables of the paper, where they are not its id in capitals
     * @param forms keys that tell its published forms apart, in the order of printing
     */
    public Publications add(String id, Collection<String> names, List<String> forms) {
        names.forEach(name -> ids.put(name, id));
        this.forms.put(id, List.copyOf(forms));
        return this;
    }

    /** The id of an algorithm that the paper calls so. */
    String id(String name) {
        return ids.getOrDefault(name, name.toLowerCase(Locale.ROOT));
    }

    /**
     * Which published form ran, chosen or by default: {@code mode code, heads separate}; empty for
     * an algorithm with one form.
     */
    String form(ReportedCell cell) {
        Map<String, String> settings = cell.settings();
        return forms.getOrDefault(cell.algorithm(), List.of()).stream()
                .filter(settings::containsKey)
                .map(key -> key + " " + settings.get(key))
                .collect(Collectors.joining(", "));
    }
}
