package org.cfcql.report.compare;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * Finds for each cell of one side its counterpart on the other.
 *
 * @param pairs cells that belong together, in the order of the first side
 * @param onlyFirst cells without a counterpart
 * @param onlySecond the same of the other side
 */
record Alignment(List<Pairing> pairs, List<CellName> onlyFirst, List<CellName> onlySecond) {
    /** Parts of a name in which counterparts may differ. */
    private enum Part {
        VARIANT,
        DATA,
        TRACK,
        ALGORITHM
    }

    /**
     * Cells of the same name first; then, of those that are left, cells that differ in their
     * variant, and, where allowed, in data and track, if there is one on each side.
     *
     * @param anyAlgorithm whether a line was chosen on either side, whatever it is called
     */
    static Alignment of(Side first, Side second, Set<Condition> allowed, boolean anyAlgorithm) {
        Map<CellName, SortedMap<Long, Entry>> ours = new LinkedHashMap<>(first.cells());
        Map<CellName, SortedMap<Long, Entry>> theirs = new LinkedHashMap<>(second.cells());
        List<Part> free = new ArrayList<>(List.of(Part.VARIANT));
        if (anyAlgorithm) {
            free.add(Part.ALGORITHM);
        }
        if (allowed.contains(Condition.DATA)) {
            free.add(Part.DATA);
        }
        if (allowed.contains(Condition.TRACK)) {
            free.add(Part.TRACK);
        }
        Map<CellName, Pairing> found = new LinkedHashMap<>();
        for (Set<Part> parts : subsets(free)) {
            align(parts, ours, theirs, found);
        }
        List<Pairing> ordered = new ArrayList<>();
        first.cells().keySet().stream()
                .filter(found::containsKey)
                .map(found::get)
                .forEach(ordered::add);
        return new Alignment(
                List.copyOf(ordered), List.copyOf(ours.keySet()), List.copyOf(theirs.keySet()));
    }

    /** Smaller ones first, the empty one first of all. */
    private static List<Set<Part>> subsets(List<Part> parts) {
        List<Set<Part>> subsets = new ArrayList<>();
        for (int bits = 0; bits < 1 << parts.size(); bits++) {
            Set<Part> subset = EnumSet.noneOf(Part.class);
            for (int index = 0; index < parts.size(); index++) {
                if ((bits >> index & 1) == 1) {
                    subset.add(parts.get(index));
                }
            }
            subsets.add(subset);
        }
        subsets.sort((one, other) -> Integer.compare(one.size(), other.size()));
        return subsets;
    }

    private static void align(
            Set<Part> free,
            Map<CellName, SortedMap<Long, Entry>> ours,
            Map<CellName, SortedMap<Long, Entry>> theirs,
            Map<CellName, Pairing> found) {
        Map<CellName, List<CellName>> grouped = grouped(ours.keySet(), free);
        Map<CellName, List<CellName>> counterparts = grouped(theirs.keySet(), free);
        grouped.forEach(
                (reduced, names) -> {
                    List<CellName> others = counterparts.getOrDefault(reduced, List.of());
                    if (names.size() == 1 && others.size() == 1) {
                        CellName name = names.get(0);
                        CellName other = others.get(0);
                        found.put(
                                name,
                                Pairing.of(
                                        name.against(other),
                                        ours.remove(name),
                                        theirs.remove(other)));
                    }
                });
    }

    private static Map<CellName, List<CellName>> grouped(Iterable<CellName> names, Set<Part> free) {
        Map<CellName, List<CellName>> groups = new LinkedHashMap<>();
        for (CellName name : names) {
            groups.computeIfAbsent(reduced(name, free), key -> new ArrayList<>()).add(name);
        }
        return groups;
    }

    private static CellName reduced(CellName name, Set<Part> free) {
        boolean any = free.contains(Part.ALGORITHM);
        return new CellName(
                any ? "" : name.algorithm(),
                any || free.contains(Part.VARIANT) ? "" : name.label(),
                name.environment(),
                free.contains(Part.DATA) ? "" : name.dataset(),
                free.contains(Part.TRACK) ? "" : name.track());
    }
}
