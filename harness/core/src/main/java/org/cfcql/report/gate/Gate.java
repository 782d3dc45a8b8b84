package org.cfcql.report.gate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.cfcql.report.compare.CellName;
import org.cfcql.report.compare.Entry;
import org.cfcql.report.compare.Side;
import org.cfcql.stats.Comparison;
import org.cfcql.stats.MeanPrediction;
import org.hipparchus.stat.StatUtils;

/**
 * The cells of a reference, and what a candidate made of them.
 *
 * @param reference path of the reference
 * @param candidate path of the candidate
 * @param rules what is demanded
 * @param cells cells that were judged
 * @param left cells of the reference that the candidate does not plan
 * @param unknown cells of the candidate that the reference does not have
 * @param overall all cells together; empty with fewer than two of them
 */
public record Gate(
        String reference,
        String candidate,
        GateRules rules,
        List<GatedCell> cells,
        List<CellName> left,
        List<CellName> unknown,
        Optional<Overall> overall) {

    /**
     * Mean over all cells of scores in deviations of their reference, seed by seed: cells of one
     * seed are not independent, seeds are.
     *
     * @param cells how many cells
     * @param seeds seeds of the candidate that all of them have
     * @param mean of the candidate; the reference's is 0
     * @param halfWidth smallest loss shown, in deviations
     * @param p two-sided
     * @param verdict what follows
     */
    public record Overall(
            int cells, int seeds, double mean, double halfWidth, double p, Verdict verdict) {}

    /** Scores of both sides of one cell. */
    private record Both(CellName name, SortedMap<Long, Entry> ours, SortedMap<Long, Entry> theirs) {
        double[] reference() {
            return scores(ours);
        }

        double[] candidate() {
            return scores(theirs);
        }

        boolean testable() {
            return ours.size() > 1 && !theirs.isEmpty();
        }

        private static double[] scores(Map<Long, Entry> side) {
            return side.values().stream().mapToDouble(Entry::score).toArray();
        }
    }

    /**
     * Judges a candidate.
     *
     * @param part whether the candidate is meant to have a part of the reference's cells only
     * @throws org.cfcql.error.UserError if a cell was made under other conditions
     */
    public static Gate of(Side reference, Side candidate, GateRules rules, boolean part) {
        List<Both> both = new ArrayList<>();
        List<CellName> left = new ArrayList<>();
        Map<CellName, List<String>> open = candidate.openByName();
        reference
                .cells()
                .forEach(
                        (name, seeds) -> {
                            SortedMap<Long, Entry> theirs = candidate.cells().get(name);
                            if (theirs == null && !open.containsKey(name) && part) {
                                left.add(name);
                            } else {
                                both.add(
                                        new Both(
                                                name,
                                                seeds,
                                                theirs == null ? new TreeMap<>() : theirs));
                            }
                        });
        List<CellName> unknown =
                candidate.cells().keySet().stream()
                        .filter(name -> !reference.cells().containsKey(name))
                        .toList();
        both.forEach(cell -> SameConditions.require(cell.name(), cell.ours(), cell.theirs()));
        Map<String, Double> deviations = deviations(both);
        List<GatedCell> cells = judged(both, open, deviations, rules);
        return new Gate(
                reference.path(),
                candidate.path(),
                rules,
                cells,
                left,
                unknown,
                overall(both, deviations, rules));
    }

    /** The verdict that is reported first. */
    public Verdict verdict() {
        List<Verdict> all = new ArrayList<>(cells.stream().map(GatedCell::verdict).toList());
        overall.ifPresent(together -> all.add(together.verdict()));
        // All cells together are never the same numbers, but they pass.
        boolean identical =
                !cells.isEmpty()
                        && cells.stream().allMatch(cell -> cell.verdict() == Verdict.IDENTICAL);
        return identical
                ? Verdict.IDENTICAL
                : all.stream().min(Comparator.naturalOrder()).orElse(Verdict.INFRASTRUCTURE);
    }

    /** One line: how much of the reference was judged. */
    public String coverage() {
        long without = cells.stream().filter(cell -> cell.candidateSeeds().isEmpty()).count();
        int openSeeds = cells.stream().mapToInt(cell -> cell.open().size()).sum();
        return ("coverage: %d of %d cells of the reference have a result, %d have none, %d were"
                        + " left out; %d seeds are open; %d cells are not in the reference")
                .formatted(
                        cells.size() - without,
                        cells.size() + left.size(),
                        without,
                        left.size(),
                        openSeeds,
                        unknown.size());
    }

    /** Per environment the deviation between seeds, over its cells. */
    private static Map<String, Double> deviations(List<Both> both) {
        Map<String, List<Double>> variances = new LinkedHashMap<>();
        for (Both cell : both) {
            if (cell.ours().size() > 1) {
                variances
                        .computeIfAbsent(cell.name().environment(), key -> new ArrayList<>())
                        .add(StatUtils.variance(cell.reference()));
            }
        }
        Map<String, Double> deviations = new LinkedHashMap<>();
        variances.forEach(
                (environment, some) ->
                        deviations.put(
                                environment,
                                Math.sqrt(
                                        some.stream()
                                                .mapToDouble(Double::doubleValue)
                                                .average()
                                                .orElse(0))));
        return deviations;
    }

    private static MeanPrediction prediction(Both cell, Map<String, Double> deviations) {
        double least =
                GateRules.LEAST_SHARE * deviations.getOrDefault(cell.name().environment(), 0.0);
        return MeanPrediction.of(cell.reference(), cell.theirs().size(), least);
    }

    private static List<GatedCell> judged(
            List<Both> both,
            Map<CellName, List<String>> open,
            Map<String, Double> deviations,
            GateRules rules) {
        double[] p =
                both.stream()
                        .mapToDouble(
                                cell ->
                                        cell.testable()
                                                ? prediction(cell, deviations)
                                                        .p(StatUtils.mean(cell.candidate()))
                                                : Double.NaN)
                        .toArray();
        double[] holm = Comparison.holm(p);
        long tested = Arrays.stream(p).filter(value -> !Double.isNaN(value)).count();
        List<GatedCell> cells = new ArrayList<>();
        for (int index = 0; index < holm.length; index++) {
            Both cell = both.get(index);
            cells.add(
                    CellJudge.judge(
                            cell.name(),
                            cell.ours(),
                            cell.theirs(),
                            open.getOrDefault(cell.name(), List.of()),
                            cell.testable()
                                    ? Optional.of(prediction(cell, deviations))
                                    : Optional.empty(),
                            deviations.getOrDefault(cell.name().environment(), 0.0),
                            holm[index],
                            tested,
                            rules));
        }
        return cells;
    }

    private static Optional<Overall> overall(
            List<Both> both, Map<String, Double> deviations, GateRules rules) {
        List<Both> tested = both.stream().filter(Both::testable).toList();
        TreeSet<Long> ours = common(tested, true);
        TreeSet<Long> theirs = common(tested, false);
        // Three seeds more: below, the deviation of a cell is too uncertain to divide by.
        if (tested.size() < 2 || ours.size() < 4 || theirs.isEmpty()) {
            return Optional.empty();
        }
        double[] before = new double[ours.size()];
        double[] after = new double[theirs.size()];
        for (Both cell : tested) {
            MeanPrediction own = prediction(cell, deviations);
            if (own.deviation() > 0) {
                add(before, ours, cell.ours(), own, tested.size());
                add(after, theirs, cell.theirs(), own, tested.size());
            }
        }
        double freedom = ours.size() - 1.0;
        MeanPrediction together =
                MeanPrediction.of(before, after.length, 0)
                        .inflated(Math.sqrt(freedom / (freedom - 2)));
        double mean = StatUtils.mean(after);
        double p = together.p(mean);
        boolean enough = theirs.size() >= rules.minimumSeeds();
        Verdict verdict = Verdict.PASS;
        if (p < rules.level() / 2) {
            verdict = mean < together.mean() ? Verdict.REGRESSION : Verdict.SUSPICIOUS;
        } else if (!enough) {
            verdict = Verdict.UNDECIDED;
        }
        return Optional.of(
                new Overall(
                        tested.size(),
                        after.length,
                        mean,
                        together.halfWidth(1 - rules.level() / 2),
                        p,
                        verdict));
    }

    private static TreeSet<Long> common(List<Both> cells, boolean ours) {
        TreeSet<Long> common = null;
        for (Both cell : cells) {
            SortedMap<Long, Entry> side = ours ? cell.ours() : cell.theirs();
            if (common == null) {
                common = new TreeSet<>(side.keySet());
            } else {
                common.retainAll(side.keySet());
            }
        }
        return common == null ? new TreeSet<>() : common;
    }

    private static void add(
            double[] sums,
            TreeSet<Long> seeds,
            SortedMap<Long, Entry> scores,
            MeanPrediction own,
            int cells) {
        int index = 0;
        for (long seed : seeds) {
            sums[index++] += (scores.get(seed).score() - own.mean()) / own.deviation() / cells;
        }
    }
}
