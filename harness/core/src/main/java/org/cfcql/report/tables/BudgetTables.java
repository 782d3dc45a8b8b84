package org.cfcql.report.tables;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.cfcql.report.model.ScoreLine;
import org.cfcql.report.model.Section;
import org.cfcql.report.read.ReportedCell;

/** What each line of a section was granted and has spent. */
public final class BudgetTables {
    private static final String TRAINING = "training";
    private static final String AUXILIARY = "auxiliary pre-training";

    private BudgetTables() {}

    /** One row per line, a second one where auxiliary models were trained. */
    public static ReportTable of(Section section) {
        List<List<String>> rows = new ArrayList<>();
        for (ScoreLine line : section.lines()) {
            rows.add(row(line, TRAINING, "CRITIC", "ACTOR", "BATCH"));
            if (units(line.cells().get(0), true, "AUXILIARY") > 0) {
                rows.add(row(line, AUXILIARY, "AUXILIARY", "", "AUXILIARY_BATCH"));
            }
        }
        return new ReportTable(
                "Budget · " + section.title(),
                List.of(
                        "algorithm",
                        "for",
                        "critic steps: spent / granted",
                        "actor steps: spent / granted",
                        "minibatches: spent / granted",
                        section.cells().get(0).lengthUnit(),
                        "batch",
                        "training time, s"),
                rows,
                0,
                List.of(
                        "Per seed, from the ledger that meters every optimiser step and minibatch."
                            + " A step of all agents' policies from one loss counts once. Auxiliary"
                            + " models (behaviour model, density model, teacher) have their own"
                            + " lines; their steps stand in the first column. The time is"
                            + " wall-clock of all updates, mean over seeds: it depends on the"
                            + " machine and on what else it did."
                                + declared(section)));
    }

    private static String declared(Section section) {
        boolean outside = section.cells().stream().anyMatch(ReportedCell::outside);
        return outside
                ? " Declared: a learner in a process of its own says which steps it takes, nobody"
                        + " meters them; its minibatches are metered as all others."
                : "";
    }

    private static List<String> row(
            ScoreLine line, String purpose, String first, String second, String batches) {
        ReportedCell cell = line.cells().get(0);
        return List.of(
                cell.outside() ? line.label() + ", declared" : line.label(),
                purpose,
                share(line, first),
                second.isEmpty() ? "" : share(line, second),
                share(line, batches),
                purpose.equals(TRAINING) ? Numbers.count(cell.rounds()) : "",
                purpose.equals(TRAINING) ? Numbers.count(cell.batch()) : "",
                purpose.equals(TRAINING) ? seconds(line) : "");
    }

    /** Mean over seeds; it says something on one idle machine only. */
    private static String seconds(ScoreLine line) {
        return new Numbers(0)
                .text(
                        line.cells().stream()
                                .mapToDouble(cell -> cell.effort().trainingSeconds())
                                .average()
                                .orElse(Double.NaN));
    }

    /** Usually one pair of numbers; several where seeds differ. */
    private static String share(ScoreLine line, String role) {
        Set<String> distinct = new TreeSet<>();
        for (ReportedCell cell : line.cells()) {
            distinct.add(
                    Numbers.count(units(cell, false, role))
                            + " / "
                            + Numbers.count(units(cell, true, role)));
        }
        return distinct.stream().collect(Collectors.joining("; "));
    }

    private static long units(ReportedCell cell, boolean granted, String role) {
        return (granted ? cell.granted() : cell.spent()).getOrDefault(role, 0L);
    }
}
