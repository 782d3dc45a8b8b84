package org.cfcql.report.read;

import java.util.List;

/**
 * A run folder as a report sees it.
 *
 * @param name name of the experiment
 * @param folder the folder as it was given
 * @param experiment text of {@code experiment.yaml}; empty if absent
 * @param notes text of {@code notes.md}; empty if absent
 * @param cells cells in the order of the plan, then those that no plan names
 */
public record RunData(
        String name, String folder, String experiment, String notes, List<ReportedCell> cells) {
    /** Copies the cells. */
    public RunData {
        cells = List.copyOf(cells);
    }
}
