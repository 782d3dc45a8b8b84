package org.cfcql.cli;

import java.util.Locale;
import org.cfcql.run.RunEstimate;
import org.cfcql.run.plan.Cell;

/**
 * What {@code cfcql run --dry-run} says of a cell; the names are those of its JSON.
 *
 * @param cell id
 * @param done whether it is done already
 * @param seconds reckoned time of its worker
 * @param megabytes reckoned disk it takes
 */
record CellEstimate(String cell, boolean done, long seconds, double megabytes) {
    static CellEstimate of(Cell cell, boolean done, RunEstimate.Estimate estimate) {
        return new CellEstimate(
                cell.id(),
                done,
                Math.round(estimate.seconds()),
                Math.round(estimate.bytes() / 1e5) / 10.0);
    }

    /** One line of the list. */
    String line() {
        return String.format(
                Locale.getDefault(Locale.Category.FORMAT),
                "%-70s %6d s %6.1f MB%s",
                cell,
                seconds,
                megabytes,
                done ? " (done)" : "");
    }
}
