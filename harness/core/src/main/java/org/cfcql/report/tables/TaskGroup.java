package org.cfcql.report.tables;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.DoubleUnaryOperator;
import org.cfcql.report.model.Report;
import org.cfcql.report.model.ScoreLine;
import org.cfcql.report.model.Section;
import org.cfcql.report.read.ReportedCell;

/**
 * Runs that are drawn together: those of one comparison, or of all comparisons of a track that the
 * same lines were run on.
 *
 * @param title one line
 * @param scoreName what its scores are
 * @param tasks names of the comparisons
 * @param runs per line and task its finished cells
 * @param tried per algorithm and task all finished cells, of every variant
 * @param scales per task from a cell's score to the one drawn
 * @param leftOut lines that were not run on every task
 */
public record TaskGroup(
        String title,
        String scoreName,
        List<String> tasks,
        Map<String, List<List<ReportedCell>>> runs,
        Map<String, List<List<ReportedCell>>> tried,
        List<DoubleUnaryOperator> scales,
        List<String> leftOut) {

    /** Tracks with several normalised comparisons first, then every comparison by itself. */
    public static List<TaskGroup> of(Report report) {
        List<Section> drawn =
                report.sections().stream().filter(section -> !section.lines().isEmpty()).toList();
        Map<String, List<Section>> byTrack = new TreeMap<>();
        for (Section section : drawn) {
            if (section.reference().isPresent()) {
                byTrack.computeIfAbsent(
                                section.conditions().track().label(), track -> new ArrayList<>())
                        .add(section);
            }
        }
        List<TaskGroup> groups = new ArrayList<>();
        byTrack.forEach(
                (track, sections) -> {
                    String title = "Over all tasks · " + track + " track";
                    TaskGroup group = group(title, "normalised score", sections);
                    if (sections.size() > 1 && !group.runs().isEmpty()) {
                        groups.add(group);
                    }
                });
        drawn.forEach(
                section ->
                        groups.add(group(section.title(), scoreName(section), List.of(section))));
        return groups;
    }

    private static String scoreName(Section section) {
        return section.reference().isPresent() ? "normalised score" : "score";
    }

    private static TaskGroup group(String title, String scoreName, List<Section> sections) {
        Map<String, List<List<ReportedCell>>> runs = new LinkedHashMap<>();
        Map<String, List<List<ReportedCell>>> tried = new LinkedHashMap<>();
        TreeSet<String> all = new TreeSet<>();
        for (Section section : sections) {
            Map<String, List<ReportedCell>> ofAlgorithm = new LinkedHashMap<>();
            for (ScoreLine line : section.lines()) {
                all.add(line.label());
                runs.computeIfAbsent(line.label(), label -> new ArrayList<>()).add(line.cells());
                ofAlgorithm
                        .computeIfAbsent(line.algorithm(), name -> new ArrayList<>())
                        .addAll(line.cells());
            }
            ofAlgorithm.forEach(
                    (algorithm, cells) ->
                            tried.computeIfAbsent(algorithm, name -> new ArrayList<>()).add(cells));
        }
        runs.values().removeIf(byTask -> byTask.size() < sections.size());
        tried.values().removeIf(byTask -> byTask.size() < sections.size());
        all.removeAll(runs.keySet());
        return new TaskGroup(
                title,
                scoreName,
                sections.stream().map(TaskGroup::taskName).toList(),
                runs,
                tried,
                sections.stream().map(TaskGroup::scale).toList(),
                List.copyOf(all));
    }

    private static String taskName(Section section) {
        return section.task() + " · " + section.data().name();
    }

    private static DoubleUnaryOperator scale(Section section) {
        return section.reference()
                .<DoubleUnaryOperator>map(reference -> reference::normalize)
                .orElse(DoubleUnaryOperator.identity());
    }
}
