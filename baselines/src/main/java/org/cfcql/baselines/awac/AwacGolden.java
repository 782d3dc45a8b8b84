package org.cfcql.baselines.awac;

import java.util.List;
import java.util.Map;
import org.cfcql.learn.Branch;
import org.cfcql.learn.GoldenKey;
import org.cfcql.learn.GoldenTerms;

/** Golden files of AWAC: α is the rate of the targets, β the inverse temperature. */
final class AwacGolden implements GoldenTerms {
    /** Hidden layers of the single-agent original (spec 3.8), whose means are not squashed. */
    private static final Integer ORIGINAL_LAYERS = 3;

    @Override
    public List<GoldenKey> keys() {
        return List.of(
                GoldenKey.of("alpha", "targetTau"), GoldenKey.of("beta", "inverseTemperature"));
    }

    @Override
    public Map<String, Object> published(Branch branch, Map<String, Object> said) {
        if (branch == Branch.DISCRETE) {
            return Map.of();
        }
        boolean original =
                "none".equals(said.get("norm.input")) && ORIGINAL_LAYERS.equals(said.get("layers"));
        return Map.of("actor.mean", original ? "linear" : "tanh");
    }
}
