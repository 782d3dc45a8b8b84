package org.cfcql.baselines.icql;

import java.util.Map;
import org.cfcql.learn.Branch;
import org.cfcql.learn.GoldenTerms;

/** Golden files of ICQL: the published code is OMAR's, without its search. */
final class IcqlGolden implements GoldenTerms {
    @Override
    public Map<String, String> facts(Branch branch) {
        return Map.of("cql", "true", "omar", "false");
    }
}
