package org.cfcql.baselines.implicitqlearning;

import java.util.List;
import org.cfcql.learn.GoldenKey;
import org.cfcql.learn.GoldenTerms;

/** Golden files of implicit Q-learning: α is the rate of the targets, β the inverse temperature. */
final class ImplicitQLearningGolden implements GoldenTerms {
    @Override
    public List<GoldenKey> keys() {
        return List.of(
                GoldenKey.of("alpha", "targetTau"), GoldenKey.of("beta", "inverseTemperature"));
    }
}
