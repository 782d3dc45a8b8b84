package org.cfcql.report.model;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.cfcql.random.SeedTree;
import org.cfcql.report.read.Outcome;
import org.cfcql.report.read.ReportedCell;
import org.cfcql.report.read.Spread;
import org.cfcql.stats.Aggregate;
import org.cfcql.stats.Interval;
import org.cfcql.stats.SampleSummary;
import org.cfcql.stats.StratifiedBootstrap;

/**
 * One line of a score table: the seeds of one algorithm in one configuration.
 *
 * @param label algorithm, variant and whatever sets it apart
 * @param algorithm algorithm id
 * @param form which of its published forms ran; empty for an algorithm with one form
 * @param planned cells of this line, finished or not
 * @param cells finished cells, by seed
 * @param score final evaluation over seeds
 * @param interquartileMean of the final evaluation over seeds, with its interval
 * @param tail mean of the last evaluations, over seeds
 * @param best best evaluation along the way, over seeds
 */
public record ScoreLine(
        String label,
        String algorithm,
        String form,
        int planned,
        List<ReportedCell> cells,
        Spread score,
        Interval interquartileMean,
        Spread tail,
        Spread best) {

    /** Summarises at least one finished cell. */
    static ScoreLine of(String label, String form, int planned, List<ReportedCell> cells) {
        double[] scores = numbers(cells, Outcome::score);
        // Named after the line, so an interval does not depend on which other lines there are.
        SeedTree seeds =
                new SeedTree(0)
                        .child("report")
                        .child(cells.get(0).environment())
                        .child(cells.get(0).data().name())
                        .child(label);
        Interval interval =
                new StratifiedBootstrap(StratifiedBootstrap.DEFAULT_RESAMPLES)
                        .intervals(
                                new double[][] {scores},
                                drawn -> new double[] {Aggregate.INTERQUARTILE_MEAN.of(drawn)},
                                seeds.stream())
                        .get(0);
        return new ScoreLine(
                label,
                cells.get(0).algorithm(),
                form,
                planned,
                List.copyOf(cells),
                spread(scores),
                interval,
                spread(numbers(cells, outcome -> outcome.tail().mean())),
                spread(numbers(cells, Outcome::best)));
    }

    /** Seeds that are in the numbers, for example {@code 0, 1, 2}. */
    public String seeds() {
        return cells.stream()
                .map(cell -> String.valueOf(cell.seed()))
                .collect(Collectors.joining(", "));
    }

    /** Mean return of the team in the final evaluation; not numbers where unknown. */
    public Spread returns() {
        return spread(cells.stream().mapToDouble(ReportedCell::finalReturn).toArray());
    }

    private static Spread spread(double[] values) {
        SampleSummary summary = SampleSummary.of(values);
        return new Spread(summary.mean(), summary.sampleDeviation());
    }

    private static double[] numbers(List<ReportedCell> cells, ToDoubleFunction<Outcome> number) {
        return cells.stream()
                .mapToDouble(cell -> number.applyAsDouble(cell.outcome().orElseThrow()))
                .toArray();
    }
}
