package org.cfcql.report.read;

import org.cfcql.budget.Scale;

/**
 * Whose schedule a run followed, and what share of its budget it got.
 *
 * @param name {@code equal} or {@code paper}
 * @param scale share of the budget, auxiliary models included
 */
public record ScaledTrack(String name, Scale scale) {
    /** Whether it grants the same to everybody. */
    public boolean grantsEqually() {
        return name.equals("equal");
    }

    /** As cells, tables and {@code scores.csv} name it: {@code equal-scale0.25}. */
    public String label() {
        return scale.label(name);
    }
}
