package org.cfcql.report.gate;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.cfcql.report.compare.CellName;
import org.cfcql.report.compare.Entry;
import org.cfcql.stats.MeanPrediction;

/** The verdict on one cell. */
final class CellJudge {
    private CellJudge() {}

    /**
     * Judges.
     *
     * @param prediction where the candidate's mean is expected; empty where nothing can be tested
     * @param deviation of the environment
     * @param tested cells that are tested
     */
    static GatedCell judge(
            CellName name,
            SortedMap<Long, Entry> ours,
            SortedMap<Long, Entry> theirs,
            List<String> open,
            Optional<MeanPrediction> prediction,
            double deviation,
            double holm,
            long tested,
            GateRules rules) {
        double found =
                theirs.values().stream().mapToDouble(Entry::score).average().orElse(Double.NaN);
        double width =
                prediction
                        .map(expected -> expected.halfWidth(1 - rules.level() / 2 / tested))
                        .orElse(Double.NaN);
        double margin = rules.marginDeviations() * deviation;
        Verdict verdict = Verdict.PASS;
        Optional<String> why = Optional.empty();
        if (theirs.isEmpty() || !open.isEmpty()) {
            verdict = Verdict.INFRASTRUCTURE;
            why = Optional.of(open.isEmpty() ? "not planned" : String.join(", ", open));
        } else if (identical(ours, theirs)) {
            verdict = Verdict.IDENTICAL;
        } else if (prediction.isPresent() && holm < rules.level() / 2) {
            verdict =
                    found < prediction.orElseThrow().mean()
                            ? Verdict.REGRESSION
                            : Verdict.SUSPICIOUS;
        } else {
            why = tooFew(ours.size(), theirs.size(), width, margin, rules);
            verdict = why.isPresent() ? Verdict.UNDECIDED : Verdict.PASS;
        }
        return new GatedCell(
                name,
                List.copyOf(ours.keySet()),
                List.copyOf(theirs.keySet()),
                open,
                ours.values().stream().mapToDouble(Entry::score).average().orElse(Double.NaN),
                prediction.map(MeanPrediction::deviation).orElse(Double.NaN),
                found,
                width,
                margin,
                holm,
                verdict,
                why);
    }

    private static Optional<String> tooFew(
            int ours, int theirs, double width, double margin, GateRules rules) {
        if (theirs < rules.minimumSeeds()) {
            return Optional.of(
                    "expected at least " + rules.minimumSeeds() + " seeds, found " + theirs);
        }
        if (ours < GateRules.REFERENCE_SHARE * theirs) {
            return Optional.of(
                    "expected at least "
                            + GateRules.REFERENCE_SHARE * theirs
                            + " seeds of the reference for "
                            + theirs
                            + " of the candidate, found "
                            + ours);
        }
        if (width > margin) {
            return Optional.of("its seeds show no loss as small as the margin");
        }
        return Optional.empty();
    }

    /** Every seed of the candidate has its counterpart with the same number. */
    private static boolean identical(Map<Long, Entry> ours, Map<Long, Entry> theirs) {
        return theirs.entrySet().stream()
                .allMatch(
                        one -> {
                            Entry counterpart = ours.get(one.getKey());
                            return counterpart != null
                                    && counterpart.score() == one.getValue().score();
                        });
    }
}
