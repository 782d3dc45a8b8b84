package org.cfcql;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.testing.ArchitectureRules;
import org.cfcql.testing.CfcqlHouse;
import org.cfcql.testing.FileCircles;
import org.cfcql.testing.House;
import org.cfcql.testing.LearnerRules;
import org.junit.jupiter.api.Test;

/** Dependencies point one way (docs/architecture.md, Floors). */
class ArchitectureTest {
    private static final JavaClasses CORE = ArchitectureRules.productOf("org.cfcql");

    /**
     * An interface that makes its implementations; a shared model, which is an algorithm itself.
     */
    private static final Set<Set<String>> KNOWN_CIRCLES =
            Set.of(
                    Set.of(
                            "org.cfcql.nn.BatchNormalisation",
                            "org.cfcql.nn.InputNormalisation",
                            "org.cfcql.nn.LayerNormalisation",
                            "org.cfcql.nn.NoNormalisation"),
                    Set.of(
                            "org.cfcql.parts.penalty.AutogradPenalty",
                            "org.cfcql.parts.penalty.ConservativePenalty",
                            "org.cfcql.parts.penalty.KernelPenalty"),
                    Set.of(
                            "org.cfcql.learn.Algorithm",
                            "org.cfcql.learn.ConfiguredAlgorithm",
                            "org.cfcql.learn.PretrainingPlan"));

    @Test
    void everyClassHasARoomThatKnowsOnlyWhatItMay() {
        CfcqlHouse.ROOMS.rule().check(CORE);
    }

    @Test
    void noTwoFilesKnowEachOther() {
        assertThat(FileCircles.of(CORE)).isEqualTo(KNOWN_CIRCLES);
    }

    @Test
    void onlyTheBridgeOpensSockets() {
        ArchitectureRules.ONLY_THE_BRIDGE_OPENS_SOCKETS.check(CORE);
    }

    @Test
    void learnersGetOptimisersAndBatchesFromTheirContextOnly() {
        LearnerRules.ALL.forEach(rule -> rule.check(CORE));
    }

    @Test
    void randomnessComesFromNamedStreamsOnly() {
        ArchitectureRules.RANDOMNESS_COMES_FROM_NAMED_STREAMS_ONLY.check(CORE);
    }

    @Test
    void noTextDependsOnWhereItIsWritten() {
        ArchitectureRules.NO_TEXT_DEPENDS_ON_WHERE_IT_IS_WRITTEN.check(CORE);
    }

    private static final class Shouter {
        static String shout(String word) {
            return word.toUpperCase();
        }
    }

    @Test
    void aTextInTheTongueOfTheMachineIsNoticed() {
        JavaClasses offender = new ClassFileImporter().importClasses(Shouter.class);
        assertThat(Shouter.shout("no")).hasSize(2);
        assertThat(
                        ArchitectureRules.NO_TEXT_DEPENDS_ON_WHERE_IT_IS_WRITTEN
                                .evaluate(offender)
                                .hasViolation())
                .isTrue();
    }

    /** What the rules are there to catch; never run. */
    private static final class Offender {
        double fromJava() {
            return Math.random();
        }

        void fromLibTorch(Tensor tensor) {
            tensor.uniform_();
        }

        URI fromElsewhere() {
            return URI.create("http://localhost");
        }
    }

    @Test
    void anOffenderIsCaught() {
        JavaClasses offender = new ClassFileImporter().importClasses(Offender.class);
        assertThat(
                        ArchitectureRules.RANDOMNESS_COMES_FROM_NAMED_STREAMS_ONLY
                                .evaluate(offender)
                                .getFailureReport()
                                .getDetails())
                .hasSize(2)
                .anyMatch(line -> line.contains("fromJava"))
                .anyMatch(line -> line.contains("fromLibTorch"));
        assertThat(
                        ArchitectureRules.ONLY_THE_BRIDGE_OPENS_SOCKETS
                                .evaluate(offender)
                                .hasViolation())
                .isTrue();
        assertThat(details(CfcqlHouse.ROOMS, offender))
                .as("a package without a room")
                .anyMatch(line -> line.contains("Offender"));
    }

    @Test
    void whatARoomMayNotKnowIsCaught() {
        for (String[] arrow : new String[][] {{"env", "random"}, {"report.write", "stats"}}) {
            assertThat(details(without(arrow[0], arrow[1]), CORE))
                    .isNotEmpty()
                    .allMatch(line -> line.contains("org.cfcql." + arrow[0] + "."))
                    .allMatch(line -> line.contains("org.cfcql." + arrow[1] + "."));
        }
    }

    private static House without(String room, String known) {
        List<House.Room> rooms = new ArrayList<>();
        for (House.Room own : CfcqlHouse.ROOMS.rooms()) {
            List<String> knows = new ArrayList<>(own.knows());
            knows.removeIf(name -> own.name().equals(room) && name.equals(known));
            rooms.add(new House.Room(own.floor(), own.name(), knows));
        }
        return new House(rooms);
    }

    private static List<String> details(House house, JavaClasses classes) {
        return house.rule().evaluate(classes).getFailureReport().getDetails();
    }
}
