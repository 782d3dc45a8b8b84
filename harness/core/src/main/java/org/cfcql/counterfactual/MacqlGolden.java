package org.cfcql.counterfactual;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cfcql.learn.Branch;
import org.cfcql.learn.GoldenKey;
import org.cfcql.learn.GoldenTerms;

/** Golden files of MACQL: a penalty on joint actions. */
final class MacqlGolden implements GoldenTerms {
    /** Files of both algorithms have it, CFCQL's in vain. */
    static final GoldenKey SAMPLES = GoldenKey.of("raw_sample_actions", "macql.samples");

    @Override
    public Set<String> ownSettings() {
        return Set.of("macql.policyImprovement", "macql.samples", "macql.sampling");
    }

    @Override
    public List<GoldenKey> keys() {
        return List.of(
                SAMPLES,
                new GoldenKey(
                        "counterfactual_policy",
                        "macql.policyImprovement",
                        Map.of("true", "counterfactual", "false", "maddpg")));
    }

    @Override
    public Map<String, String> facts(Branch branch) {
        return Map.of("cql", "true", "raw_cql", "true");
    }
}
