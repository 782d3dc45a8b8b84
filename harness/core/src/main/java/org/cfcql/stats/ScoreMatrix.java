package org.cfcql.stats;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.error.UserError;

/**
 * Normalised scores of several algorithms on the same tasks under one track.
 *
 * @param track the track of all runs
 * @param tasks task names, in the order of first appearance
 * @param runs per algorithm {@code [task][run]}
 */
public record ScoreMatrix(String track, List<String> tasks, SortedMap<String, double[][]> runs) {

    /**
     * Arranges the rows of a table.
     *
     * @throws UserError if the table mixes tracks, a row has no normalised score, or the algorithms
     *     were not run on the same tasks
     */
    public static ScoreMatrix of(ScoreTable table) {
        if (table.tracks().size() != 1) {
            throw new UserError(
                    "expected scores of one track, found "
                            + String.join(" and ", table.tracks())
                            + "; choose one with --track");
        }
        LinkedHashSet<String> tasks = new LinkedHashSet<>();
        TreeMap<String, TreeMap<String, List<Double>>> grouped = new TreeMap<>();
        for (ScoreRow row : table.rows()) {
            double score =
                    row.normalized()
                            .orElseThrow(
                                    () ->
                                            new UserError(
                                                    "expected a normalised score in every row,"
                                                            + " found none for "
                                                            + row.algorithm()
                                                            + " on "
                                                            + row.task()
                                                            + "; remove the rows without one"));
            tasks.add(row.task());
            grouped.computeIfAbsent(row.algorithm(), name -> new TreeMap<>())
                    .computeIfAbsent(row.task(), name -> new ArrayList<>())
                    .add(score);
        }
        TreeMap<String, double[][]> runs = new TreeMap<>();
        grouped.forEach((name, byTask) -> runs.put(name, matrix(name, tasks, byTask)));
        return new ScoreMatrix(table.tracks().first(), List.copyOf(tasks), runs);
    }

    private static double[][] matrix(
            String algorithm, LinkedHashSet<String> tasks, TreeMap<String, List<Double>> byTask) {
        return tasks.stream()
                .map(
                        task -> {
                            List<Double> scores = byTask.get(task);
                            if (scores == null) {
                                throw new UserError(
                                        "expected the same tasks for every algorithm, found no run"
                                                + " of "
                                                + algorithm
                                                + " on "
                                                + task
                                                + "; remove the task or add the runs");
                            }
                            return scores.stream().mapToDouble(Double::doubleValue).toArray();
                        })
                .toArray(double[][]::new);
    }

    /** Whether every algorithm has equally many runs on each of its tasks. */
    public boolean balanced() {
        return runs.values().stream()
                .allMatch(
                        byTask -> {
                            for (double[] inTask : byTask) {
                                if (inTask.length != byTask[0].length) {
                                    return false;
                                }
                            }
                            return true;
                        });
    }
}
