package org.cfcql.report;

import java.util.List;
import org.cfcql.report.model.Publications;

/** Algorithms as the tests of reports know them. */
public final class KnownAlgorithms {
    private KnownAlgorithms() {}

    /** Two names of one algorithm, and some with several forms. */
    public static Publications publications() {
        return new Publications()
                .add("cfcql", List.of(), List.of())
                .add("macql", List.of(), List.of("macql.sampling", "macql.policyImprovement"))
                .add("td3-bc", List.of("MATD3-BC", "TD3+BC"), List.of("critic"))
                .add("implicit-q-learning", List.of("IQL"), List.of("twinHeads"))
                .add("maicq", List.of("ICQ"), List.of("innerTimeLoop"))
                .add("omar", List.of(), List.of("omarD.mode", "twinHeads", "innerTimeLoop"));
    }
}
