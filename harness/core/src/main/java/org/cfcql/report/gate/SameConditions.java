package org.cfcql.report.gate;

import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.cfcql.error.UserError;
import org.cfcql.report.compare.CellName;
import org.cfcql.report.compare.Condition;
import org.cfcql.report.compare.Entry;

/** A gate judges what was made under the conditions of its reference, and nothing else. */
final class SameConditions {
    private SameConditions() {}

    /**
     * Compares fingerprint, data, budget, track and protocol; a seed with its own seed where the
     * reference has it, since each may have data of its own.
     *
     * @throws UserError naming condition and both values
     */
    static void require(CellName name, SortedMap<Long, Entry> ours, SortedMap<Long, Entry> theirs) {
        theirs.forEach(
                (seed, entry) -> {
                    for (Condition condition : Condition.values()) {
                        Set<String> expected = expected(ours, seed, condition);
                        String found = entry.conditions().get(condition);
                        if (!expected.isEmpty() && !expected.contains(found)) {
                            throw new UserError(
                                    "expected %s of %s, seed %d, to be that of the reference (%s), found %s; run the candidate as the reference was, or record a new one"
                                            .formatted(
                                                    condition.word(),
                                                    name.text(),
                                                    seed,
                                                    String.join(" or ", expected),
                                                    found == null ? "nothing said" : found));
                        }
                    }
                });
    }

    private static Set<String> expected(Map<Long, Entry> ours, long seed, Condition condition) {
        Entry same = ours.get(seed);
        return (same == null ? ours.values().stream() : Stream.of(same))
                .filter(entry -> entry.conditions().containsKey(condition))
                .map(entry -> entry.conditions().get(condition))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
