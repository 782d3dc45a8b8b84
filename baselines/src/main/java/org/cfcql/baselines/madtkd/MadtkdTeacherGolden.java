package org.cfcql.baselines.madtkd;

import java.util.Set;
import org.cfcql.learn.GoldenTerms;

/** Golden files of MADTKD that hold its teacher alone. */
final class MadtkdTeacherGolden implements GoldenTerms {
    @Override
    public boolean holds(String algorithm, Set<String> networks) {
        return algorithm.equals("madtkd-discrete") && networks.equals(Set.of("teacher"));
    }

    @Override
    public Set<String> rounding() {
        return new MadtkdGolden().rounding();
    }
}
