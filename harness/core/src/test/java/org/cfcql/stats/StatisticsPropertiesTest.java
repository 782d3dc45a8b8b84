package org.cfcql.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.cfcql.random.RandomStream;
import org.junit.jupiter.api.Test;

final class StatisticsPropertiesTest {
    @Property(tries = 200)
    void improvementsOfAPairAddUpToOne(
            @ForAll @Size(min = 1, max = 9) List<@DoubleRange(min = -5, max = 5) Double> first,
            @ForAll @Size(min = 1, max = 9) List<@DoubleRange(min = -5, max = 5) Double> second) {
        double[][] ours = {numbers(first)};
        double[][] theirs = {numbers(second)};
        double sum =
                Comparison.probabilityOfImprovement(ours, theirs)
                        + Comparison.probabilityOfImprovement(theirs, ours);
        assertThat(sum).isCloseTo(1, within(1e-12));
    }

    @Property(tries = 200)
    void holmNeverLowersAPValueAndKeepsTheOrder(
            @ForAll @Size(min = 1, max = 9) List<@DoubleRange(min = 0, max = 1) Double> values) {
        double[] raw = numbers(values);
        double[] adjusted = Comparison.holm(raw);
        for (int i = 0; i < raw.length; i++) {
            assertThat(adjusted[i]).isBetween(raw[i], 1.0);
            for (int j = 0; j < raw.length; j++) {
                assertThat(raw[i] < raw[j] && adjusted[i] > adjusted[j]).isFalse();
            }
        }
    }

    @Property(tries = 200)
    void theInterquartileMeanIgnoresAnOutlierOfFourOrMore(
            @ForAll @Size(min = 4, max = 12) List<@DoubleRange(min = 0, max = 1) Double> values) {
        double[] sample = numbers(values);
        sample[0] = 1e12;
        assertThat(SampleSummary.of(sample).interquartileMean()).isBetween(0.0, 1.0);
    }

    @Test
    void anUndefinedTestIsLeftOutOfTheCorrection() {
        double[] adjusted = Comparison.holm(new double[] {0.02, Double.NaN, 0.04});
        assertThat(adjusted).containsExactly(0.04, Double.NaN, 0.04);
    }

    @Test
    void testsWithoutSpreadOrRunsAreUndefinedAndNotZero() {
        double[] flat = {1, 1, 1};
        assertThat(Comparison.welch(flat, new double[] {2, 2}).p()).isNaN();
        assertThat(Comparison.welch(new double[] {1}, new double[] {2, 3}).p()).isNaN();
        assertThat(Comparison.mannWhitney(flat, flat)).isEqualTo(1);
        assertThat(SampleSummary.of(3).sampleDeviation()).isNaN();
    }

    @Test
    void equalSeedsGiveEqualIntervalsAndOtherSeedsOthers() {
        double[][] runs = {{1, 2, 3, 4, 7}, {10, 11, 19, 30, 31}};
        List<Interval> first = interval(runs, 1);
        assertThat(interval(runs, 1)).isEqualTo(first);
        assertThat(interval(runs, 2)).isNotEqualTo(first);
    }

    @Test
    void oneRunPerTaskGivesAnIntervalWithoutWidth() {
        Interval interval = interval(new double[][] {{4}, {6}}, 0).get(0);
        assertThat(interval).isEqualTo(new Interval(5, 5, 5));
    }

    @Test
    void quantilesLieBetweenNeighboursAsInNumPy() {
        double[][] runs = {{0, 1}};
        StratifiedBootstrap four = new StratifiedBootstrap(4);
        // A statistic of its own making: 1, 2, 3, 4, whatever was drawn.
        double[] count = {0};
        Interval interval =
                four.intervals(runs, drawn -> new double[] {count[0]++}, new RandomStream(0))
                        .get(0);
        assertThat(interval.point()).isZero();
        assertThat(interval.low95()).isCloseTo(1.075, within(1e-12));
        assertThat(interval.high95()).isCloseTo(3.925, within(1e-12));
    }

    @Test
    void tasksCountAlikeHoweverManyRunsTheyHave() {
        double[][] runs = {{0, 0, 0, 40}, {50}};
        assertThat(Aggregate.MEAN.of(runs)).isEqualTo(30);
        assertThat(Aggregate.MEDIAN.of(runs)).isEqualTo(30);
        assertThat(Aggregate.OPTIMALITY_GAP.of(runs)).isEqualTo(70);
    }

    @Test
    void aProfileCountsRunsStrictlyAboveItsThreshold() {
        ScoreMatrix matrix =
                new ScoreMatrix(
                        "equal",
                        List.of("one", "other"),
                        new TreeMap<>(Map.of("a", new double[][] {{10, 20, 20.5, 0}, {20}})));
        List<Interval> profile = ScoreStatistics.of(matrix, 1, 0).profiles().get("a");
        // Above 0: (3/4 + 1/1)/2; above 10: (2/4 + 1)/2; above 20: (1/4 + 0)/2.
        assertThat(profile.get(0).point()).isCloseTo(0.875, within(1e-12));
        assertThat(profile.get(1).point()).isCloseTo(0.75, within(1e-12));
        assertThat(profile.get(2).point()).isCloseTo(0.125, within(1e-12));
        assertThat(profile.get(3).point()).isZero();
    }

    private static List<Interval> interval(double[][] runs, long seed) {
        return new StratifiedBootstrap(500)
                .intervals(
                        runs,
                        drawn -> new double[] {Aggregate.MEAN.of(drawn)},
                        new RandomStream(seed));
    }

    private static double[] numbers(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    @Test
    void improvementByCountedRanksIsThatByComparingEveryPair() {
        double[][] first = {{1, 2, 2, 0.0}, {-3, 4}};
        double[][] second = {{2, 2, -0.0}, {4, 5, -3, 4}};
        double[][] both = {first[0], first[1], second[0], second[1]};
        StratifiedBootstrap bootstrap = new StratifiedBootstrap(500);
        Interval expected =
                bootstrap
                        .intervals(
                                both,
                                drawn ->
                                        new double[] {
                                            Comparison.probabilityOfImprovement(
                                                    new double[][] {drawn[0], drawn[1]},
                                                    new double[][] {drawn[2], drawn[3]})
                                        },
                                new RandomStream(7))
                        .get(0);
        assertThat(Comparison.improvement(bootstrap, first, second, new RandomStream(7)))
                .isEqualTo(expected);
    }
}
