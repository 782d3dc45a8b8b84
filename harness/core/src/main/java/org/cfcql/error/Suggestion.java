package org.cfcql.error;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Finds the known name a user most likely meant. */
public final class Suggestion {
    private static final int MAXIMAL_DISTANCE = 3;

    private Suggestion() {}

    /**
     * A clause for an error message.
     *
     * @param found what the user wrote
     * @param known names that exist
     * @return {@code did you mean 'x'?} or the list of known names
     */
    public static String of(String found, Collection<String> known) {
        List<String> byDistance =
                known.stream()
                        .sorted(Comparator.comparingInt(name -> distance(found, name)))
                        .toList();
        if (!byDistance.isEmpty() && distance(found, byDistance.get(0)) <= MAXIMAL_DISTANCE) {
            return "did you mean '" + byDistance.get(0) + "'?";
        }
        return "known: " + String.join(", ", known);
    }

    /** Levenshtein distance. */
    private static int distance(String first, String second) {
        int[] previous = new int[second.length() + 1];
        for (int column = 0; column <= second.length(); column++) {
            previous[column] = column;
        }
        for (int row = 1; row <= first.length(); row++) {
            int[] current = new int[second.length() + 1];
            current[0] = row;
            for (int column = 1; column <= second.length(); column++) {
                int replace = first.charAt(row - 1) == second.charAt(column - 1) ? 0 : 1;
                current[column] =
                        Math.min(
                                Math.min(current[column - 1], previous[column]) + 1,
                                previous[column - 1] + replace);
            }
            previous = current;
        }
        return previous[second.length()];
    }
}
