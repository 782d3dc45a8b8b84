package org.cfcql.report.compare;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.report.model.References;
import org.cfcql.report.read.ReportedCell;
import org.cfcql.stats.ScoreRow;

/**
 * One finished cell of a side: a score, and what it was made under as far as the side says.
 *
 * @param name what it is called
 * @param seed its seed
 * @param score final evaluation in the environment's own unit
 * @param normalised normalised score, where references hold
 * @param starts what decides where its final episodes start, beside the seed; empty if unknown
 * @param conditions value per condition; absent if unknown
 * @param fields everything known of it, by dotted name
 */
public record Entry(
        CellName name,
        long seed,
        double score,
        OptionalDouble normalised,
        Optional<String> starts,
        Map<Condition, String> conditions,
        SortedMap<String, String> fields) {
    /** Differs between any two cells and says nothing. */
    private static final String STARTED_AT = "startedAt";

    /** Stand in the environment's own fields. */
    private static final String ENVIRONMENT = "environment";

    /** Copies the maps. */
    public Entry {
        conditions = Collections.unmodifiableMap(new EnumMap<>(conditions));
        fields = Collections.unmodifiableSortedMap(fields);
    }

    /** A row of a score table, which knows nothing but track and score. */
    static Entry of(ScoreRow row) {
        String algorithm = row.algorithm().replaceFirst("[\\[{].*", "");
        return new Entry(
                new CellName(
                        algorithm, row.algorithm(), row.environment(), row.dataset(), row.track()),
                row.seed(),
                row.score(),
                row.normalized(),
                Optional.empty(),
                new EnumMap<>(Map.of(Condition.TRACK, row.track())),
                new TreeMap<>(Map.of("track", row.track())));
    }

    /** A finished cell of a run folder. */
    static Entry of(ReportedCell cell, References references) {
        double score = cell.outcome().orElseThrow().score();
        Map<Condition, String> conditions = new EnumMap<>(Condition.class);
        conditions.put(Condition.FINGERPRINT, cell.fingerprint());
        conditions.put(Condition.DATA, cell.data().hash());
        conditions.put(Condition.TRACK, cell.track().label());
        conditions.put(Condition.PROTOCOL, cell.protocol().text());
        conditions.put(
                Condition.BUDGET,
                "%d %s, batch %d, granted %s"
                        .formatted(cell.rounds(), cell.lengthUnit(), cell.batch(), cell.granted()));
        return new Entry(
                CellName.of(cell),
                cell.seed(),
                score,
                references
                        .find(cell.environment(), cell.ingredients())
                        .map(scale -> OptionalDouble.of(scale.normalize(score)))
                        .orElse(OptionalDouble.empty()),
                starts(cell),
                conditions,
                fields(cell));
    }

    /** Nothing for StarCraft II, whose battles have no seed of their own. */
    private static Optional<String> starts(ReportedCell cell) {
        return cell.environment().startsWith("smac/")
                ? Optional.empty()
                : Optional.of(
                        "%s %s %s %d"
                                .formatted(
                                        cell.environment(),
                                        cell.fingerprint(),
                                        cell.protocol().startStates(),
                                        cell.protocol().finalEpisodes()));
    }

    private static SortedMap<String, String> fields(ReportedCell cell) {
        SortedMap<String, String> fields = new TreeMap<>();
        cell.settings().forEach((key, value) -> fields.put("settings." + key, value));
        cell.ingredients().forEach((key, value) -> fields.put(ENVIRONMENT + "." + key, value));
        cell.granted()
                .forEach((role, units) -> fields.put("budget.granted." + role, units.toString()));
        cell.spent().forEach((role, units) -> fields.put("budget.spent." + role, units.toString()));
        cell.provenance()
                .forEach(
                        (key, value) -> {
                            if (!key.equals(STARTED_AT) && !key.startsWith(ENVIRONMENT)) {
                                fields.put("provenance." + key, value);
                            }
                        });
        fields.put(ENVIRONMENT + ".fingerprint", cell.fingerprint());
        fields.put("variant", cell.variant());
        fields.put("track", cell.track().label());
        fields.put("budget.rounds", String.valueOf(cell.rounds()));
        fields.put("budget.batch", String.valueOf(cell.batch()));
        fields.put("evaluation.every", String.valueOf(cell.protocol().every()));
        fields.put("evaluation.episodes", String.valueOf(cell.protocol().episodes()));
        fields.put("evaluation.finalEpisodes", String.valueOf(cell.protocol().finalEpisodes()));
        fields.put("evaluation.startStates", cell.protocol().startStates());
        fields.put("data.name", cell.data().name());
        fields.put("data.kind", cell.data().kind());
        fields.put("data.hash", cell.data().hash());
        return fields;
    }
}
