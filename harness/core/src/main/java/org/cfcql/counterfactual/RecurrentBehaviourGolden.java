package org.cfcql.counterfactual;

import java.util.Set;
import org.cfcql.learn.GoldenTerms;

/** Golden files of behaviour cloning that hold the behaviour model alone. */
final class RecurrentBehaviourGolden implements GoldenTerms {
    @Override
    public boolean holds(String algorithm, Set<String> networks) {
        return algorithm.equals("bc-discrete")
                && networks.equals(Set.of(RecurrentBehaviour.NETWORK));
    }
}
