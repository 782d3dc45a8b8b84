package org.cfcql.data.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Problems in the order of their discovery, at most a few of each sort, the rest counted. */
final class ProblemList {
    private static final int SHOWN_OF_A_SORT = 5;

    private final Map<List<String>, List<Problem>> shown = new LinkedHashMap<>();
    private final Map<List<String>, Long> counts = new LinkedHashMap<>();

    /** Adds a problem; those of one file with one expectation are of one sort. */
    void add(String file, long row, String expected, String found) {
        List<String> sort = List.of(file, expected);
        if (counts.merge(sort, 1L, Long::sum) <= SHOWN_OF_A_SORT) {
            shown.computeIfAbsent(sort, key -> new ArrayList<>())
                    .add(new Problem(file, row, expected, found));
        }
    }

    /** What to print, one line each. */
    List<Problem> toList() {
        List<Problem> problems = new ArrayList<>();
        shown.forEach(
                (sort, some) -> {
                    problems.addAll(some);
                    long more = counts.get(sort) - some.size();
                    if (more > 0) {
                        problems.add(
                                Problem.of(
                                        sort.get(0), sort.get(1), more + " more rows like that"));
                    }
                });
        return problems;
    }
}
