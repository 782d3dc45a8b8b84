package org.cfcql.report.tables;

import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.report.read.ReportedCell;

/** Everything that is known about where a cell's result comes from. */
public final class Facts {
    private Facts() {}

    /** Facts by dotted key; what is not known is left out. */
    public static SortedMap<String, String> of(ReportedCell cell) {
        SortedMap<String, String> facts = new TreeMap<>();
        facts.put("run", cell.run());
        facts.put("environment", cell.environment());
        facts.put("environment.fingerprint", cell.fingerprint());
        cell.ingredients().forEach((key, value) -> facts.put("environment." + key, value));
        facts.put("data.name", cell.data().name());
        facts.put("data.kind", cell.data().kind());
        facts.put("data.hash", cell.data().hash());
        facts.put("data.episodes", String.valueOf(cell.data().episodes()));
        facts.put("data.transitions", String.valueOf(cell.data().transitions()));
        facts.put("seed", String.valueOf(cell.seed()));
        facts.put("track", cell.track().label());
        facts.put("evaluation", cell.protocol().text());
        facts.put("rounds", String.valueOf(cell.rounds()));
        facts.put("batch", String.valueOf(cell.batch()));
        cell.settings().forEach((key, value) -> facts.put("settings." + key, value));
        cell.spent()
                .forEach(
                        (role, units) ->
                                facts.put(
                                        "budget." + role,
                                        units + " of " + cell.granted().getOrDefault(role, 0L)));
        cell.provenance().forEach(facts::put);
        facts.keySet().removeIf(key -> key.startsWith("environmentIngredients."));
        facts.remove("environmentFingerprint");
        facts.put("continued", String.join("; ", cell.continuations()));
        cell.outcome().ifPresent(outcome -> facts.put("score", String.valueOf(outcome.score())));
        if (!cell.reason().isEmpty()) {
            facts.put("failure", cell.reason());
        }
        facts.values().removeIf(String::isEmpty);
        return facts;
    }
}
