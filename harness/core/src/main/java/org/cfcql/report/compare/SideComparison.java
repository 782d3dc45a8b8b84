package org.cfcql.report.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.cfcql.error.UserError;
import org.cfcql.random.SeedTree;
import org.cfcql.stats.Comparison;
import org.cfcql.stats.Interval;
import org.cfcql.stats.StratifiedBootstrap;

/**
 * Two sides, compared.
 *
 * @param first what was compared with
 * @param second what was compared; differences are second less first
 * @param allowed conditions that may differ
 * @param unchecked conditions that a side does not say
 * @param cells cells of both sides
 * @param onlyFirst cells that only the first side finished
 * @param onlySecond cells that only the second side finished
 * @param improvement probability that a run of the second side beats one of the first, mean over
 *     cells
 * @param normalisedDifference mean over cells of the difference of normalised scores, where all
 *     have them
 * @param fields what else differs
 * @param resamples size of the bootstrap of the two intervals over all cells
 */
public record SideComparison(
        Side first,
        Side second,
        Set<Condition> allowed,
        Set<Condition> unchecked,
        List<CellComparison> cells,
        List<CellName> onlyFirst,
        List<CellName> onlySecond,
        Interval improvement,
        Optional<Interval> normalisedDifference,
        List<FieldDifference> fields,
        int resamples) {

    /**
     * Compares what both sides have.
     *
     * @param anyAlgorithm whether lines were chosen, which may be of different algorithms
     * @param seed of the bootstrap
     * @throws UserError if the sides share no cell, or differ in a condition that is not allowed
     */
    public static SideComparison of(
            Side first,
            Side second,
            Set<Condition> allowed,
            boolean anyAlgorithm,
            int resamples,
            long seed) {
        Alignment aligned = Alignment.of(first, second, allowed, anyAlgorithm);
        requireCells(first, second, aligned);
        requireAllowed(aligned.pairs(), allowed);
        double[] holm =
                Comparison.holm(
                        aligned.pairs().stream()
                                .mapToDouble(pair -> CellComparison.difference(pair).p())
                                .toArray());
        List<CellComparison> cells = new ArrayList<>();
        for (int index = 0; index < holm.length; index++) {
            cells.add(CellComparison.of(aligned.pairs().get(index), holm[index]));
        }
        Set<Condition> unchecked = EnumSet.noneOf(Condition.class);
        for (Condition condition : Condition.values()) {
            if (aligned.pairs().stream().anyMatch(pair -> pair.unknown(condition))) {
                unchecked.add(condition);
            }
        }
        StratifiedBootstrap bootstrap = new StratifiedBootstrap(resamples);
        SeedTree seeds = new SeedTree(seed).child("compare");
        return new SideComparison(
                first,
                second,
                allowed,
                unchecked,
                cells,
                aligned.onlyFirst(),
                aligned.onlySecond(),
                Comparison.improvement(
                        bootstrap,
                        scores(aligned.pairs(), true),
                        scores(aligned.pairs(), false),
                        seeds.child("improvement").stream()),
                normalised(aligned.pairs(), bootstrap, seeds.child("normalised")),
                FieldDifference.of(aligned.pairs()),
                resamples);
    }

    /** The conditions that differ somewhere, all of which were allowed. */
    public Set<Condition> differing() {
        Set<Condition> differing = EnumSet.noneOf(Condition.class);
        cells.forEach(cell -> differing.addAll(cell.differing()));
        return differing;
    }

    /** One line: how much of both sides was compared. */
    public String coverage() {
        long paired = cells.stream().filter(CellComparison::paired).count();
        return ("%d cells compared, %d of them seed by seed; %d only in the first, %d only in the"
                        + " second; without a result: %d and %d")
                .formatted(
                        cells.size(),
                        paired,
                        onlyFirst.size(),
                        onlySecond.size(),
                        first.open().size(),
                        second.open().size());
    }

    private static void requireCells(Side first, Side second, Alignment aligned) {
        if (aligned.pairs().isEmpty()) {
            throw new UserError(
                    "expected a finished cell that both sides have, found none: the first has "
                            + names(aligned.onlyFirst())
                            + ", the second "
                            + names(aligned.onlySecond())
                            + "; choose a line of each with --first and --second, or allow other"
                            + " data or tracks with --allow data,track ("
                            + first.path()
                            + ", "
                            + second.path()
                            + ")");
        }
    }

    private static String names(List<CellName> names) {
        String some = names.stream().limit(3).map(CellName::text).collect(Collectors.joining(", "));
        return names.isEmpty()
                ? "none"
                : some + (names.size() > 3 ? " and " + (names.size() - 3) + " more" : "");
    }

    private static void requireAllowed(List<Pairing> pairs, Set<Condition> allowed) {
        Set<Condition> refused = EnumSet.noneOf(Condition.class);
        String found = "";
        for (Pairing pair : pairs) {
            for (Condition condition : pair.differing()) {
                if (!allowed.contains(condition) && refused.add(condition)) {
                    found +=
                            "%s%s of %s: %s against %s"
                                    .formatted(
                                            found.isEmpty() ? "" : "; ",
                                            condition.word(),
                                            pair.name().text(),
                                            Pairing.text(pair.first(), condition),
                                            Pairing.text(pair.second(), condition));
                }
            }
        }
        if (!refused.isEmpty()) {
            Set<Condition> wanted = EnumSet.copyOf(refused);
            wanted.addAll(allowed);
            throw new UserError(
                    "expected both sides to be made under the same conditions, found "
                            + found
                            + "; compare like with like, or say that it may differ: --allow "
                            + wanted.stream()
                                    .map(Condition::word)
                                    .collect(Collectors.joining(",")));
        }
    }

    private static double[][] scores(List<Pairing> pairs, boolean ofSecond) {
        return pairs.stream()
                .map(pair -> Pairing.scores(ofSecond ? pair.second() : pair.first()))
                .toArray(double[][]::new);
    }

    /** Seeds that belong together are resampled together. */
    private static Optional<Interval> normalised(
            List<Pairing> pairs, StratifiedBootstrap bootstrap, SeedTree seeds) {
        List<double[]> strata = new ArrayList<>();
        for (Pairing pair : pairs) {
            double[] first = normalised(pair.first());
            double[] second = normalised(pair.second());
            if (Arrays.stream(first).anyMatch(Double::isNaN)
                    || Arrays.stream(second).anyMatch(Double::isNaN)) {
                return Optional.empty();
            }
            if (pair.seedsBelongTogether()) {
                strata.add(
                        IntStream.range(0, first.length)
                                .mapToDouble(index -> second[index] - first[index])
                                .toArray());
            } else {
                strata.add(second);
                strata.add(Arrays.stream(first).map(score -> -score).toArray());
            }
        }
        int cells = pairs.size();
        return Optional.of(
                bootstrap
                        .intervals(
                                strata.toArray(double[][]::new),
                                drawn -> new double[] {sumOfMeans(drawn) / cells},
                                seeds.stream())
                        .get(0));
    }

    private static double[] normalised(Map<Long, Entry> side) {
        return side.values().stream()
                .mapToDouble(entry -> entry.normalised().orElse(Double.NaN))
                .toArray();
    }

    private static double sumOfMeans(double[][] strata) {
        return Arrays.stream(strata)
                .mapToDouble(values -> Arrays.stream(values).average().orElseThrow())
                .sum();
    }
}
