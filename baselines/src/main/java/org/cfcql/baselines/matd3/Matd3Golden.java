package org.cfcql.baselines.matd3;

import java.util.Map;
import org.cfcql.learn.Branch;
import org.cfcql.learn.GoldenTerms;

/** Golden files of MATD3: the published code is OMAR's, without penalty and search. */
final class Matd3Golden implements GoldenTerms {
    @Override
    public Map<String, String> facts(Branch branch) {
        return Map.of("omar", "false");
    }
}
