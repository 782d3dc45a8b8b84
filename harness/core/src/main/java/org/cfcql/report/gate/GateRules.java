package org.cfcql.report.gate;

import org.cfcql.error.UserError;

/**
 * What a gate demands.
 *
 * @param level probability of an alarm, of whatever kind and for whatever cell, when nothing has
 *     changed; half of it is spent on the cells (Holm), half on all of them together
 * @param marginDeviations loss that must not pass unseen, in deviations between seeds of the
 *     environment's reference cells
 * @param minimumSeeds fewest seeds of a candidate's cell
 */
public record GateRules(double level, double marginDeviations, int minimumSeeds) {
    /** The reference has at least so many times the candidate's seeds. */
    public static final int REFERENCE_SHARE = 2;

    /** Least deviation that is believed of a cell, as a share of its environment's. */
    public static final double LEAST_SHARE = 0.05;

    /** The defaults. */
    public static final GateRules DEFAULT = new GateRules(0.05, 4, 3);

    /**
     * Checks the values.
     *
     * @throws UserError naming the one that is out of range
     */
    public GateRules {
        if (!(level > 0 && level < 0.5)) {
            throw new UserError(
                    "expected --level between 0 and 0.5, found " + level + "; 0.05 is usual");
        }
        if (!(marginDeviations > 0)) {
            throw new UserError(
                    "expected --margin above 0, found "
                            + marginDeviations
                            + "; it counts deviations between seeds");
        }
        if (minimumSeeds < 1) {
            throw new UserError(
                    "expected --minimum-seeds of at least 1, found " + minimumSeeds + "; raise it");
        }
    }
}
