package org.cfcql.report.gate;

import java.util.Locale;

/** What a gate says of a cell, or of all of them. The order is that of what is reported first. */
public enum Verdict {
    /** Lower than the reference allows. */
    REGRESSION(1),
    /** Higher than the reference allows: a leak, or an easier task. */
    SUSPICIOUS(1),
    /** It has no result: missing or failed; never counted as a score. */
    INFRASTRUCTURE(6),
    /** Too few seeds to show a loss of the margin. */
    UNDECIDED(2),
    /** Within what the reference allows, and a loss of the margin would have been seen. */
    PASS(0),
    /** The same numbers, seed by seed. */
    IDENTICAL(0);

    private final int exitCode;

    Verdict(int exitCode) {
        this.exitCode = exitCode;
    }

    /** Exit code; that of infrastructure is the failed cell's own where it has one. */
    public int exitCode() {
        return exitCode;
    }

    /** In words. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
