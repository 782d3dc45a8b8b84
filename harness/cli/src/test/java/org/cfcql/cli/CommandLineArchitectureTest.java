package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.Set;
import org.cfcql.testing.ArchitectureRules;
import org.cfcql.testing.CfcqlHouse;
import org.cfcql.testing.FileCircles;
import org.junit.jupiter.api.Test;

/** The rules of the core that concern the command line; and the whole house, seen from its roof. */
class CommandLineArchitectureTest {
    private static final JavaClasses EVERYTHING = ArchitectureRules.productOf("org.cfcql");
    private static final JavaClasses CLASSES =
            EVERYTHING.that(JavaClass.Predicates.resideInAPackage("org.cfcql.cli.."));

    @Test
    void everyClassHasARoomThatKnowsOnlyWhatItMay() {
        CfcqlHouse.ROOMS.rule().check(EVERYTHING);
    }

    @Test
    void everyRoomIsInhabitedAndKnowsWhatItMay() {
        Set<String> idle = CfcqlHouse.ROOMS.idle(EVERYTHING);
        // Algorithms share one list.
        idle.removeIf(entry -> entry.startsWith("baselines.") && entry.contains(" -> "));
        assertThat(idle).isEmpty();
    }

    @Test
    void noTwoFilesKnowEachOther() {
        assertThat(FileCircles.of(CLASSES)).isEmpty();
    }

    @Test
    void onlyTheBridgeOpensSockets() {
        ArchitectureRules.ONLY_THE_BRIDGE_OPENS_SOCKETS.check(CLASSES);
    }

    @Test
    void randomnessComesFromNamedStreamsOnly() {
        ArchitectureRules.RANDOMNESS_COMES_FROM_NAMED_STREAMS_ONLY.check(CLASSES);
    }

    @Test
    void noTextDependsOnWhereItIsWritten() {
        ArchitectureRules.NO_TEXT_DEPENDS_ON_WHERE_IT_IS_WRITTEN.check(CLASSES);
    }
}
