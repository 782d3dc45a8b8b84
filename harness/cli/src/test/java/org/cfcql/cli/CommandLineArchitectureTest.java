package org.cfcql.cli;

import com.tngtech.archunit.core.domain.JavaClasses;
import org.cfcql.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

/** The rules of the core that concern the command line. */
class CommandLineArchitectureTest {
    private static final JavaClasses CLASSES = ArchitectureRules.productOf("org.cfcql.cli");

    @Test
    void onlyTheBridgeOpensSockets() {
        ArchitectureRules.ONLY_THE_BRIDGE_OPENS_SOCKETS.check(CLASSES);
    }

    @Test
    void randomnessComesFromNamedStreamsOnly() {
        ArchitectureRules.RANDOMNESS_COMES_FROM_NAMED_STREAMS_ONLY.check(CLASSES);
    }
}
