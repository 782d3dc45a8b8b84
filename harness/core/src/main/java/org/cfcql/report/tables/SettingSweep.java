package org.cfcql.report.tables;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import org.cfcql.report.model.References.Reference;
import org.cfcql.report.model.ScoreLine;
import org.cfcql.report.model.Section;
import org.cfcql.report.read.ReportedCell;

/**
 * Scores over a setting that a section's lines sweep by itself, such as α, τ or the number of
 * training episodes (the paper's Figures 3 and 6). Lines that sweep nothing are levels.
 */
final class SettingSweep {
    private SettingSweep() {}

    /** A swept setting of one line. */
    private record Swept(String key, double value) {
        /** The setting, if there is exactly one and its value is a number. */
        static Optional<Swept> of(ScoreLine line) {
            String[] parts = line.cells().get(0).variant().split("=", 2);
            if (parts.length < 2 || parts[1].contains("=")) {
                return Optional.empty();
            }
            try {
                return Optional.of(new Swept(parts[0], Double.parseDouble(parts[1])));
            } catch (NumberFormatException word) {
                return Optional.empty();
            }
        }
    }

    /** A figure per setting that takes two values or more. */
    static List<Figure> figures(Section section) {
        Map<String, Map<String, Figure.Line>> byKey = new LinkedHashMap<>();
        DoubleUnaryOperator scale = scale(section);
        for (ScoreLine line : section.lines()) {
            Swept.of(line)
                    .ifPresent(
                            swept -> {
                                Figure.Line drawn =
                                        byKey.computeIfAbsent(
                                                        swept.key(), key -> new LinkedHashMap<>())
                                                .computeIfAbsent(
                                                        line.algorithm(), Figure.Line::new);
                                add(drawn, swept.value(), line, scale);
                            });
        }
        List<Figure> figures = new ArrayList<>();
        byKey.forEach(
                (key, lines) -> {
                    Figure figure = figure(section, key, List.copyOf(lines.values()));
                    if (figure.values().size() > 1) {
                        figures.add(figure);
                    }
                });
        return figures;
    }

    private static void add(
            Figure.Line drawn, double value, ScoreLine line, DoubleUnaryOperator scale) {
        for (ReportedCell cell : line.cells()) {
            double score = cell.outcome().orElseThrow().score();
            drawn.add(value, cell.seed(), scale.applyAsDouble(score));
        }
    }

    private static Figure figure(Section section, String key, List<Figure.Line> lines) {
        return new Figure(
                section.scoreName() + " over " + key + " · " + section.title(),
                key,
                section.scoreName(),
                true,
                section.isBattle() ? 3 : section.reference().isPresent() ? 1 : 2,
                lines,
                levels(section),
                List.of(
                        "Final evaluation, mean ± sample standard deviation over seeds. The values"
                                + " of "
                                + key
                                + " stand side by side, whatever their distances."));
    }

    private static SortedMap<String, Double> levels(Section section) {
        SortedMap<String, Double> levels = new TreeMap<>();
        DoubleUnaryOperator scale = scale(section);
        for (ScoreLine line : section.lines()) {
            if (line.cells().get(0).variant().isEmpty()) {
                levels.put(line.label(), scale.applyAsDouble(line.score().mean()));
            }
        }
        if (section.isBattle() && Double.isFinite(section.data().policyScore())) {
            levels.put("policy of the data", section.data().policyScore());
        }
        double mean = section.data().returns().mean();
        if (!section.isBattle() && Double.isFinite(mean)) {
            levels.put("data set mean", scale.applyAsDouble(mean));
        }
        return levels;
    }

    private static DoubleUnaryOperator scale(Section section) {
        return section.reference()
                .filter(Reference::hasPolicies)
                .<DoubleUnaryOperator>map(reference -> reference::normalize)
                .orElse(DoubleUnaryOperator.identity());
    }
}
