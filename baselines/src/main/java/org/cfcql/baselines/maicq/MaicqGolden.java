package org.cfcql.baselines.maicq;

import java.util.List;
import java.util.Map;
import org.cfcql.learn.Branch;
import org.cfcql.learn.GoldenKey;
import org.cfcql.learn.GoldenTerms;

/** Golden files of MAICQ: published code loops over time in an update. */
final class MaicqGolden implements GoldenTerms {
    @Override
    public List<GoldenKey> keys() {
        return List.of(
                // Counted in steps of the critic, not in episodes (spec 3.4).
                GoldenKey.of("target_update_interval", "target.interval"));
    }

    @Override
    public Map<String, String> facts(Branch branch) {
        return branch == Branch.DISCRETE ? Map.of("optimizer", "rmsprop") : Map.of();
    }

    @Override
    public Map<String, Object> published(Branch branch, Map<String, Object> said) {
        return branch == Branch.DISCRETE ? Map.of("innerTimeLoop", "code") : Map.of();
    }
}
