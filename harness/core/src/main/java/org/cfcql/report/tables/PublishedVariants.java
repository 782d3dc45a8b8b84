package org.cfcql.report.tables;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.cfcql.report.read.CellData;

/**
 * Where paper and published code differ, or several forms are published, a key chooses. Tables say
 * which form ran, chosen or by default (docs/deviations.md).
 */
final class PublishedVariants {
    /** Keys that tell an algorithm's forms apart, with their rows of docs/deviations.md. */
    private static final List<String> KEYS =
            List.of(
                    // D-11
                    "macql.sampling",
                    // D-37
                    "macql.policyImprovement",
                    // D-53
                    "omarD.mode",
                    // D-55
                    "madtkd.mode",
                    // D-56
                    "twinHeads",
                    // D-58
                    "critic",
                    // D-60
                    "search.mode",
                    // D-65
                    "innerTimeLoop");

    private PublishedVariants() {}

    /** The form of a cell, for example {@code omarD.mode code, twinHeads separate}. */
    static String of(CellData cell) {
        Map<String, String> settings = cell.settings();
        return KEYS.stream()
                .filter(settings::containsKey)
                .map(key -> key + " " + settings.get(key))
                .collect(Collectors.joining(", "));
    }
}
