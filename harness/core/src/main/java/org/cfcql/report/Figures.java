package org.cfcql.report;

import java.util.ArrayList;
import java.util.List;

/** The figures of a report, in the order in which they are shown. */
final class Figures {
    private Figures() {}

    static List<Figure> of(Report report) {
        List<Figure> figures = new ArrayList<>(BehaviourRatio.figures(report));
        report.sections().forEach(section -> figures.addAll(SettingSweep.figures(section)));
        return figures;
    }

    /** Name of the element in which a figure's chart stands. */
    static String id(int figure) {
        return "figure-" + figure;
    }
}
