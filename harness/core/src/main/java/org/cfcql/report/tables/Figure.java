package org.cfcql.report.tables;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.cfcql.report.read.Spread;
import org.cfcql.stats.SampleSummary;

/**
 * A number over a swept quantity: a line per algorithm, at every value the seeds.
 *
 * @param title one line
 * @param xTitle the swept quantity
 * @param yTitle the number
 * @param evenlySpaced whether the values stand side by side whatever their distances
 * @param decimals decimals of the number in the table
 * @param lines in order of first appearance
 * @param levels marks for orientation by name, drawn as dotted lines
 * @param notes sentences below
 */
public record Figure(
        String title,
        String xTitle,
        String yTitle,
        boolean evenlySpaced,
        int decimals,
        List<Line> lines,
        SortedMap<String, Double> levels,
        List<String> notes) {
    /** Copies the lists. */
    public Figure {
        lines = List.copyOf(lines);
        notes = List.copyOf(notes);
    }

    /**
     * A line.
     *
     * @param name algorithm with its settings
     * @param points by value of the swept quantity the numbers by seed
     */
    public record Line(String name, SortedMap<Double, SortedMap<Long, Double>> points) {
        /** No points yet. */
        Line(String name) {
            this(name, new TreeMap<>());
        }

        /** Adds a seed's number unless there is one. */
        void add(double x, long seed, double value) {
            points.computeIfAbsent(x, key -> new TreeMap<>()).putIfAbsent(seed, value);
        }

        /** Mean and sample deviation over the seeds at a value; not numbers without seeds. */
        public Spread spread(double x) {
            double[] values =
                    points.getOrDefault(x, new TreeMap<>()).values().stream()
                            .mapToDouble(value -> value)
                            .toArray();
            if (values.length == 0) {
                return new Spread(Double.NaN, Double.NaN);
            }
            SampleSummary summary = SampleSummary.of(values);
            return new Spread(summary.mean(), summary.sampleDeviation());
        }
    }

    /** All values of the swept quantity. */
    TreeSet<Double> values() {
        TreeSet<Double> values = new TreeSet<>();
        lines.forEach(line -> values.addAll(line.points().keySet()));
        return values;
    }

    /** The same numbers as a table. */
    public ReportTable table() {
        Numbers numbers = new Numbers(decimals);
        List<String> columns = new ArrayList<>();
        columns.add("algorithm");
        values().forEach(x -> columns.add(xTitle + " = " + Numbers.shortest(x)));
        List<List<String>> rows = new ArrayList<>();
        for (Line line : lines) {
            List<String> row = new ArrayList<>();
            row.add(line.name());
            values().forEach(x -> row.add(numbers.text(line.spread(x))));
            rows.add(row);
        }
        return new ReportTable(title, columns, rows, 0, notes);
    }
}
