package org.cfcql.report.tables;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cfcql.report.model.Report;
import org.cfcql.report.model.ScoreLine;
import org.cfcql.report.model.Section;
import org.cfcql.report.read.ReportedCell;
import org.cfcql.report.read.Spread;

/**
 * Scores as a share of the behaviour policy's: final mean return over the data set's mean return,
 * the ordinate of the paper's Figure 2(b) (spec 4.1).
 *
 * <p>Said of tasks only whose returns cannot be negative and whose number of agents is in the id:
 * Equal Line and the toy problem.
 */
final class BehaviourRatio {
    private static final Pattern TASK = Pattern.compile("(equal_line/|toy/consensus-)(\\d+)");
    private static final int DECIMALS = 3;

    private BehaviourRatio() {}

    /** Whether shares mean something in this section. */
    static boolean isDefined(Section section) {
        return TASK.matcher(section.conditions().environment()).matches()
                && section.data().returns().mean() > 0;
    }

    /** Mean and deviation over seeds. */
    static Spread of(Section section, Spread score) {
        double behaviour = section.data().returns().mean();
        return new Spread(score.mean() / behaviour, score.deviation() / behaviour);
    }

    /**
     * The ratio over the number of agents, a figure per kind of task, kind of data, track and
     * protocol that has two numbers of agents or more.
     */
    static List<Figure> figures(Report report) {
        Map<List<Object>, List<Section>> groups = new LinkedHashMap<>();
        for (Section section : report.sections()) {
            if (isDefined(section)) {
                Section.Conditions conditions = section.conditions();
                groups.computeIfAbsent(
                                List.of(
                                        family(section),
                                        section.data().kind(),
                                        conditions.track().label(),
                                        conditions.protocol()),
                                key -> new ArrayList<>())
                        .add(section);
            }
        }
        List<Figure> figures = new ArrayList<>();
        for (List<Section> group : groups.values()) {
            TreeMap<Integer, Section> bySize = new TreeMap<>();
            group.forEach(section -> bySize.putIfAbsent(agents(section), section));
            if (bySize.size() > 1) {
                figures.add(figure(bySize, group.size() > bySize.size()));
            }
        }
        return figures;
    }

    private static Figure figure(TreeMap<Integer, Section> bySize, boolean repeated) {
        Map<String, Figure.Line> lines = new LinkedHashMap<>();
        bySize.forEach(
                (agents, section) -> {
                    for (ScoreLine line : section.lines()) {
                        Figure.Line drawn = lines.computeIfAbsent(line.label(), Figure.Line::new);
                        for (ReportedCell cell : line.cells()) {
                            double score = cell.outcome().orElseThrow().score();
                            drawn.add(
                                    agents,
                                    cell.seed(),
                                    of(section, new Spread(score, Double.NaN)).mean());
                        }
                    }
                });
        Section first = bySize.firstEntry().getValue();
        TreeMap<String, Double> levels = new TreeMap<>(Map.of("behaviour policy", 1.0));
        return new Figure(
                "Ratio to the behaviour policy over the number of agents · "
                        + family(first)
                        + "n · "
                        + first.data().kind()
                        + " · "
                        + first.conditions().track().label()
                        + " track",
                "n",
                "final mean return / mean return of the data",
                false,
                DECIMALS,
                List.copyOf(lines.values()),
                levels,
                notes(bySize, List.copyOf(lines.values()), repeated));
    }

    private static List<String> notes(
            TreeMap<Integer, Section> bySize, List<Figure.Line> lines, boolean repeated) {
        List<String> notes = new ArrayList<>();
        Numbers numbers = new Numbers(DECIMALS);
        notes.add(
                "Mean ± sample standard deviation over seeds of the final mean return ("
                        + bySize.firstEntry().getValue().conditions().protocol().finalEpisodes()
                        + " episodes of the last policy) divided by the mean return of the data: "
                        + behaviour(bySize)
                        + ".");
        if (family(bySize.firstEntry().getValue()).startsWith("equal_line")) {
            notes.add(
                    "Paper, Figure 2(b): CFCQL's ratio stays flat as the number of agents grows,"
                            + " MACQL's falls; the figure's numbers are not printed.");
        }
        for (Figure.Line line : lines) {
            if (line.points().size() > 1) {
                notes.add(found(line, numbers));
            }
        }
        if (repeated) {
            notes.add("Several comparisons share a number of agents; the first is shown.");
        }
        return notes;
    }

    private static String behaviour(TreeMap<Integer, Section> bySize) {
        List<String> parts = new ArrayList<>();
        Numbers numbers = new Numbers(2);
        bySize.forEach(
                (agents, section) ->
                        parts.add(
                                numbers.text(section.data().returns().mean())
                                        + " at n = "
                                        + agents));
        return String.join(", ", parts);
    }

    /** What was found of a line, in numbers. */
    private static String found(Figure.Line line, Numbers numbers) {
        TreeSet<Double> sizes = new TreeSet<>(line.points().keySet());
        double low = line.spread(sizes.first()).mean();
        double high = line.spread(sizes.last()).mean();
        return String.format(
                Locale.ROOT,
                "Found: %s goes from %s at n = %s to %s at n = %s (× %s).",
                line.name(),
                numbers.text(low),
                Numbers.shortest(sizes.first()),
                numbers.text(high),
                Numbers.shortest(sizes.last()),
                new Numbers(2).text(high / low));
    }

    private static String family(Section section) {
        return matched(section).group(1);
    }

    private static int agents(Section section) {
        return Integer.parseInt(matched(section).group(2));
    }

    private static Matcher matched(Section section) {
        Matcher matcher = TASK.matcher(section.conditions().environment());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(section.conditions().environment());
        }
        return matcher;
    }
}
