package org.cfcql.baselines;

import com.tngtech.archunit.core.domain.JavaClasses;
import org.cfcql.testing.ArchitectureRules;
import org.cfcql.testing.LearnerRules;
import org.junit.jupiter.api.Test;

/** The rules of the core that concern learners outside it. */
class BaselinesArchitectureTest {
    private static final JavaClasses CLASSES = ArchitectureRules.productOf("org.cfcql.baselines");

    @Test
    void onlyTheBridgeOpensSockets() {
        ArchitectureRules.ONLY_THE_BRIDGE_OPENS_SOCKETS.check(CLASSES);
    }

    @Test
    void learnersGetOptimisersAndBatchesFromTheirContextOnly() {
        LearnerRules.ALL.forEach(rule -> rule.check(CLASSES));
    }

    @Test
    void randomnessComesFromNamedStreamsOnly() {
        ArchitectureRules.RANDOMNESS_COMES_FROM_NAMED_STREAMS_ONLY.check(CLASSES);
    }
}
