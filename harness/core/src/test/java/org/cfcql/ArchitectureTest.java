package org.cfcql;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.testing.ArchitectureRules;
import org.cfcql.testing.LearnerRules;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Dependencies point one way (docs/architecture.md, Floors). */
class ArchitectureTest {
    private static final JavaClasses CORE = ArchitectureRules.productOf("org.cfcql");

    private static final String COMMANDS = "verify perf eval collect run stats report";
    private static final String LEARNING = "nn learn parts counterfactual " + COMMANDS;

    /** For each package the packages that it must not know. */
    private static Map<String, String> forbidden() {
        Map<String, String> rules = new TreeMap<>();
        rules.put("tensor", LEARNING);
        rules.put("data", LEARNING);
        rules.put("env", LEARNING);
        rules.put("budget", LEARNING);
        rules.put("nn", "learn parts counterfactual data env budget " + COMMANDS);
        rules.put("learn", "parts counterfactual " + COMMANDS);
        rules.put("parts", "counterfactual " + COMMANDS);
        rules.put("counterfactual", "verify eval collect run stats report");
        rules.put("verify", "perf eval collect run stats report");
        rules.put("perf", "counterfactual verify eval collect run stats report");
        String filesOnly =
                "tensor nn learn parts counterfactual verify perf eval collect run data env";
        rules.put("stats", filesOnly);
        rules.put("report", filesOnly);
        String everything = "tensor data env budget " + LEARNING;
        rules.put("random", everything);
        rules.put("error", everything);
        rules.put("lock", everything);
        return rules;
    }

    @TestFactory
    Stream<DynamicTest> packagesKnowOnlyWhatLiesBelowThem() {
        return forbidden().entrySet().stream()
                .map(
                        rule ->
                                DynamicTest.dynamicTest(
                                        rule.getKey(),
                                        () -> check(rule.getKey(), rule.getValue())));
    }

    private static void check(String name, String others) {
        String[] packages =
                Stream.of(others.split(" "))
                        .map(other -> "org.cfcql." + other + "..")
                        .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage("org.cfcql." + name + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages)
                .check(CORE);
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching("org.cfcql.(*)..").should().beFreeOfCycles().check(CORE);
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
    }
}
