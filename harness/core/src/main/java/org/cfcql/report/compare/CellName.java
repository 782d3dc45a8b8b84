package org.cfcql.report.compare;

import org.cfcql.report.read.ReportedCell;

/**
 * What cells of several seeds have in common.
 *
 * @param algorithm algorithm id
 * @param label algorithm with its variant, as tables name it
 * @param environment environment id
 * @param dataset name of the data
 * @param track track with the scale of its budget
 */
public record CellName(
        String algorithm, String label, String environment, String dataset, String track) {
    static CellName of(ReportedCell cell) {
        return new CellName(
                cell.algorithm(),
                cell.label(),
                cell.environment(),
                cell.data().name(),
                cell.track().label());
    }

    /** In words. */
    public String text() {
        return label + " · " + environment + " · " + dataset + " · " + track;
    }

    /** This name, showing where another differs. */
    CellName against(CellName other) {
        return new CellName(
                both(algorithm, other.algorithm),
                both(label, other.label),
                both(environment, other.environment),
                both(dataset, other.dataset),
                both(track, other.track));
    }

    private static String both(String ours, String theirs) {
        return ours.equals(theirs) ? ours : ours + " → " + theirs;
    }
}
