package org.cfcql.baselines;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import org.cfcql.testing.ArchitectureRules;
import org.cfcql.testing.CfcqlHouse;
import org.cfcql.testing.FileCircles;
import org.cfcql.testing.House;
import org.cfcql.testing.LearnerRules;
import org.junit.jupiter.api.Test;

/** The rules of the core that concern learners outside it. */
class BaselinesArchitectureTest {
    private static final JavaClasses CLASSES = ArchitectureRules.productOf("org.cfcql.baselines");

    @Test
    void algorithmsKnowWhatAlgorithmsMayKnowAndNoOther() {
        CfcqlHouse.ROOMS.rule().check(CLASSES);
    }

    @Test
    void anAlgorithmThatKnowsAnotherIsCaught() {
        String text = "1 baselines.independent:\n1 baselines.icql:\n1 baselines.omar:\n";
        JavaClasses both =
                CLASSES.that(
                        DescribedPredicate.describe(
                                "are of three packages",
                                type ->
                                        type.getPackageName()
                                                .matches(".*\\.(independent|icql|omar)")));
        assertThat(House.of(text).rule().evaluate(both).getFailureReport().getDetails())
                .isNotEmpty()
                .allMatch(line -> line.contains("org.cfcql.baselines.independent."));
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
    void learnersGetOptimisersAndBatchesFromTheirContextOnly() {
        LearnerRules.ALL.forEach(rule -> rule.check(CLASSES));
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
