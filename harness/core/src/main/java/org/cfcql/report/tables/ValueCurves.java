package org.cfcql.report.tables;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeSet;
import org.cfcql.report.model.ScoreLine;
import org.cfcql.report.model.Section;
import org.cfcql.report.read.Series;
import org.cfcql.report.read.Spread;
import org.cfcql.stats.SampleSummary;

/**
 * What learners of the discrete branch believe the data's actions are worth, the metric {@code
 * dataValue}: the batch mean of Q_tot, which explodes in the paper's Figure 1.
 */
public final class ValueCurves {
    /** Name of the metric. */
    public static final String METRIC = "dataValue";

    private static final String TOY = "toy/";
    private static final int LAST_SHARE = 10;

    private ValueCurves() {}

    /** Whether some cell logged it. */
    public static boolean exist(Section section) {
        return section.cells().stream().anyMatch(cell -> cell.metrics().containsKey(METRIC));
    }

    /**
     * The largest discounted return that is possible, where it is known: rewards of the toy problem
     * are at most 1, so it is 1 / (1 − γ) (spec 4.2).
     */
    public static OptionalDouble bound(Section section) {
        TreeSet<String> discounts = new TreeSet<>();
        section.cells()
                .forEach(cell -> discounts.add(cell.settings().getOrDefault("gamma", "unknown")));
        if (!section.conditions().environment().startsWith(TOY)
                || discounts.size() != 1
                || discounts.contains("unknown")) {
            return OptionalDouble.empty();
        }
        double discount = Double.parseDouble(discounts.first());
        return discount < 1 ? OptionalDouble.of(1 / (1 - discount)) : OptionalDouble.empty();
    }

    /** Last and largest values, a row per line. */
    public static ReportTable table(Section section) {
        Numbers numbers = new Numbers(2);
        List<List<String>> rows = new ArrayList<>();
        for (ScoreLine line : section.lines()) {
            List<Series> seeds =
                    line.cells().stream()
                            .filter(cell -> cell.metrics().containsKey(METRIC))
                            .map(cell -> cell.metrics().get(METRIC))
                            .toList();
            if (!seeds.isEmpty()) {
                rows.add(
                        List.of(
                                line.label(),
                                numbers.text(last(seeds)),
                                numbers.text(
                                        seeds.stream()
                                                .flatMap(series -> series.values().stream())
                                                .mapToDouble(value -> value)
                                                .max()
                                                .orElse(Double.NaN))));
            }
        }
        int own = rows.size();
        bound(section)
                .ifPresent(
                        bound ->
                                rows.add(
                                        List.of(
                                                "largest discounted return",
                                                numbers.text(bound),
                                                "")));
        return new ReportTable(
                "Values of the data's actions · " + section.title(),
                List.of("algorithm", "value: last tenth of training", "value: largest"),
                rows,
                rows.size() - own,
                List.of(
                        "Batch mean of Q_tot at the data's actions: mean ± sample standard"
                                + " deviation over seeds, and the largest of any seed. A value"
                                + " above the largest discounted return is impossible, however"
                                + " well a policy plays."));
    }

    private static Spread last(List<Series> seeds) {
        SampleSummary summary =
                SampleSummary.of(
                        seeds.stream().mapToDouble(series -> lastMean(series.values())).toArray());
        return new Spread(summary.mean(), summary.sampleDeviation());
    }

    private static double lastMean(List<Double> values) {
        int from = values.size() - Math.max(1, values.size() / LAST_SHARE);
        return values.stream().skip(from).mapToDouble(value -> value).average().orElse(Double.NaN);
    }
}
