package org.cfcql.run;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.ArrayList;
import java.util.List;
import org.cfcql.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

/** Inside a run dependencies point one way (docs/architecture.md, Floors). */
class RunRoomsTest {
    private static final String RUN = "org.cfcql.run";

    /** From the ground up; a room knows those before it only. */
    private static final List<String> ROOMS =
            List.of(
                    RUN + ".storage",
                    RUN + ".experiment",
                    RUN + ".dataset",
                    RUN + ".plan",
                    RUN + ".model",
                    RUN + ".folder",
                    RUN + ".training",
                    RUN + ".play",
                    RUN + ".cell",
                    RUN);

    private static final JavaClasses CLASSES = ArchitectureRules.productOf(RUN);

    /** One rule per room that has others above it. */
    private static List<ArchRule> direction(List<String> fromTheGroundUp) {
        List<ArchRule> rules = new ArrayList<>();
        for (int index = 0; index < fromTheGroundUp.size() - 1; index++) {
            List<String> above = fromTheGroundUp.subList(index + 1, fromTheGroundUp.size());
            rules.add(
                    noClasses()
                            .that()
                            .resideInAPackage(fromTheGroundUp.get(index))
                            .should()
                            .dependOnClassesThat()
                            .resideInAnyPackage(above.toArray(String[]::new)));
        }
        return rules;
    }

    @Test
    void noRoomKnowsOneAboveIt() {
        direction(ROOMS).forEach(rule -> rule.check(CLASSES));
    }

    @Test
    void everyClassHasARoom() {
        classes().should().resideInAnyPackage(ROOMS.toArray(String[]::new)).check(CLASSES);
    }

    @Test
    void noTwoFilesKnowEachOther() {
        slices().assignedFrom(new Files()).should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void aHouseBuiltTheOtherWayRoundIsRefused() {
        List<String> upsideDown = List.of(RUN + ".cell", RUN + ".folder", RUN + ".storage");
        assertThat(direction(upsideDown)).allMatch(rule -> rule.evaluate(CLASSES).hasViolation());
    }

    /** A slice per source file: a class with everything nested in it. */
    private static final class Files implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getName().replaceFirst("\\$.*", ""));
        }

        @Override
        public String getDescription() {
            return "source files";
        }
    }
}
