package org.cfcql.parts;

/** Which actions a conservative term pushes down (Eq. 7), in either branch. */
public enum ConservativeTerm {
    /** CFCQL: one agent's actions at a time, others as in the data. */
    COUNTERFACTUAL,
    /** MACQL: joint actions. */
    JOINT,
    /** None: MATD3 with a central critic (spec 3.12), QMIX (spec 3.11). */
    NONE
}
