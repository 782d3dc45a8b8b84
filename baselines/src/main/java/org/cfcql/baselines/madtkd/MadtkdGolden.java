package org.cfcql.baselines.madtkd;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cfcql.learn.Branch;
import org.cfcql.learn.GoldenKey;
import org.cfcql.learn.GoldenTerms;

/** Golden files of MADTKD, and of its teacher alone. */
final class MadtkdGolden implements GoldenTerms {
    /** A key's bias moves all scores of a softmax alike. */
    private static final Set<String> ROUNDING = Set.of("teacher/blocks.0.attn.key.bias");

    @Override
    public Set<String> ownSettings() {
        return Set.of("madtkd.mode");
    }

    @Override
    public List<GoldenKey> keys() {
        return List.of(
                GoldenKey.of("alpha", "distillation.divergence"),
                GoldenKey.of("beta", "distillation.relation"));
    }

    @Override
    public Map<String, Object> published(Branch branch, Map<String, Object> said) {
        return Map.of("madtkd.mode", "code");
    }

    @Override
    public Set<String> rounding() {
        return ROUNDING;
    }
}
