package org.cfcql.report.tables;

import java.util.ArrayList;
import java.util.List;
import org.cfcql.report.model.Report;

/** The figures of a report, in the order in which they are shown. */
public final class Figures {
    private Figures() {}

    /** Every figure for which the report has numbers. */
    public static List<Figure> of(Report report) {
        List<Figure> figures = new ArrayList<>(BehaviourRatio.figures(report));
        report.sections().forEach(section -> figures.addAll(SettingSweep.figures(section)));
        return figures;
    }

    /** Name of the element in which a figure's chart stands. */
    public static String id(int figure) {
        return "figure-" + figure;
    }
}
