package org.cfcql.baselines.omar;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cfcql.learn.Branch;
import org.cfcql.learn.GoldenKey;
import org.cfcql.learn.GoldenTerms;

/** Golden files of OMAR: a penalty and a search; published code loops over time in an update. */
final class OmarGolden implements GoldenTerms {
    @Override
    public List<GoldenKey> keys() {
        return List.of(
                GoldenKey.of("omar_coe", "omar.coefficient"),
                GoldenKey.of("omar_coefficient", "omar.coefficient"));
    }

    @Override
    public Set<String> ownSettings() {
        return Set.of("omar.coefficient", "omarD.mode");
    }

    @Override
    public Map<String, String> facts(Branch branch) {
        return Map.of("cql", "true", "omar", "true");
    }

    @Override
    public Map<String, Object> published(Branch branch, Map<String, Object> said) {
        return branch == Branch.DISCRETE
                ? Map.of("innerTimeLoop", "code", "omarD.mode", "code")
                : Map.of();
    }
}
