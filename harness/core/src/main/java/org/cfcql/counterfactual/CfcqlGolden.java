package org.cfcql.counterfactual;

import java.util.List;
import java.util.Map;
import org.cfcql.learn.Branch;
import org.cfcql.learn.GoldenKey;
import org.cfcql.learn.GoldenTerms;

/** Golden files of CFCQL: a penalty on the actions of one agent at a time. */
final class CfcqlGolden implements GoldenTerms {
    @Override
    public List<GoldenKey> keys() {
        return List.of(MacqlGolden.SAMPLES);
    }

    @Override
    public Map<String, String> facts(Branch branch) {
        return Map.of("cql", "true", "counterfactual_penalty", "true");
    }
}
