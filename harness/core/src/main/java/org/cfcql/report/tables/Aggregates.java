package org.cfcql.report.tables;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.cfcql.report.model.Report;
import org.cfcql.stats.Aggregate;
import org.cfcql.stats.Interval;
import org.cfcql.stats.ScoreMatrix;
import org.cfcql.stats.ScoreRow;
import org.cfcql.stats.ScoreStatistics;
import org.cfcql.stats.ScoreTable;
import org.cfcql.stats.StratifiedBootstrap;

/** Statistics over several tasks, one table per track that has two or more. */
public final class Aggregates {
    private Aggregates() {}

    /** The tables; none where no track has normalised scores of two tasks. */
    public static List<ReportTable> of(Report report) {
        ScoreTable scores =
                new ScoreTable(
                        report.scores().rows().stream()
                                .filter(row -> row.normalized().isPresent())
                                .toList());
        List<ReportTable> tables = new ArrayList<>();
        for (String track : scores.tracks()) {
            ScoreTable ofTrack = scores.ofTrack(track);
            TreeSet<String> tasks = new TreeSet<>(tasks(ofTrack.rows()));
            if (tasks.size() > 1) {
                table(track, tasks, ofTrack).ifPresent(tables::add);
            }
        }
        return tables;
    }

    private static Optional<ReportTable> table(
            String track, TreeSet<String> tasks, ScoreTable scores) {
        Map<String, TreeSet<String>> tasksOf = new TreeMap<>();
        for (ScoreRow row : scores.rows()) {
            tasksOf.computeIfAbsent(row.algorithm(), name -> new TreeSet<>()).add(row.task());
        }
        TreeSet<String> partial = new TreeSet<>(tasksOf.keySet());
        partial.removeIf(name -> tasksOf.get(name).equals(tasks));
        List<ScoreRow> rows =
                scores.rows().stream().filter(row -> !partial.contains(row.algorithm())).toList();
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        SortedMap<String, Map<Aggregate, Interval>> aggregates =
                ScoreStatistics.aggregates(
                        ScoreMatrix.of(new ScoreTable(rows)),
                        StratifiedBootstrap.DEFAULT_RESAMPLES,
                        0);
        List<String> notes = new ArrayList<>();
        notes.add(
                "Normalised final scores over %d tasks: %s. Stratified percentile bootstrap, 95 %%."
                        .formatted(tasks.size(), String.join(", ", tasks)));
        if (!partial.isEmpty()) {
            notes.add("Left out, not run on every task: " + String.join(", ", partial) + ".");
        }
        return Optional.of(
                new ReportTable(
                        "Over all tasks · " + track + " track",
                        columns(),
                        rows(aggregates),
                        0,
                        notes));
    }

    private static List<String> columns() {
        List<String> columns = new ArrayList<>(List.of("algorithm"));
        for (Aggregate aggregate : Aggregate.values()) {
            columns.add(aggregate.key().replace('_', ' '));
        }
        return columns;
    }

    private static List<List<String>> rows(SortedMap<String, Map<Aggregate, Interval>> aggregates) {
        Numbers numbers = new Numbers(1);
        List<List<String>> rows = new ArrayList<>();
        aggregates.forEach(
                (name, byAggregate) -> {
                    List<String> row = new ArrayList<>(List.of(name));
                    for (Interval interval : byAggregate.values()) {
                        row.add(numbers.text(interval));
                    }
                    rows.add(row);
                });
        return rows;
    }

    private static List<String> tasks(List<ScoreRow> rows) {
        return rows.stream().map(ScoreRow::task).toList();
    }
}
