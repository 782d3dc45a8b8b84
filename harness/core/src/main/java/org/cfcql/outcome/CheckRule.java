package org.cfcql.outcome;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What must hold of a run whose numbers are to be trusted. A rule is never changed: what becomes
 * stricter is another rule of the next edition, so that a run can be held to the edition of its
 * day.
 */
public enum CheckRule {
    /** Every planned cell has a result that agrees with the files beside it. */
    RESULT(1),
    /** All rounds of the plan were trained: plan, cell, result and final evaluation agree. */
    ROUNDS(1),
    /** Evaluation k stands at round k times the distance, each with all its episodes. */
    EVALUATIONS(1),
    /** The final evaluation has as many episodes as planned, each once. */
    FINAL_EPISODES(1),
    /**
     * Independent start states are different in all episodes of an evaluation. Where the seeds were
     * not kept nothing is found: they follow from the cell's seed.
     */
    START_STATES(1),
    /** Rounds never go back from line to line. */
    MONOTONE(1),
    /** Whatever was trained took all that was granted for it, and something was trained. */
    BUDGET(1),
    /** Data and environment are named by hashes, the same ones in all files. */
    HASHES(1),
    /** The sources were those of a commit. */
    CLEAN_SOURCES(1),
    /** A cell was begun and ended on one machine, with one build. */
    ONE_PLACE(1),
    /** All cells are of one commit. */
    ONE_COMMIT(1),
    /** Each line of a table rests on three seeds at least. */
    SEEDS(1);

    /** The newest edition. */
    public static final int EDITION = 1;

    private final int since;

    CheckRule(int since) {
        this.since = since;
    }

    /** Rules of an edition, 1 to {@link #EDITION}. */
    public static List<CheckRule> of(int edition) {
        return Arrays.stream(values()).filter(rule -> rule.since <= edition).toList();
    }

    /** As it is printed and stored. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
