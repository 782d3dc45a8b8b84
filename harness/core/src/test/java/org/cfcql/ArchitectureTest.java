package org.cfcql;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Dependencies point one way (design section 2). */
class ArchitectureTest {
    private static final JavaClasses CORE =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("org.cfcql");

    /** Names under which LibTorch draws from its global generator or seeds it. */
    private static final Set<String> LIBTORCH_DRAWS =
            Set.of(
                    "rand",
                    "randn",
                    "randint",
                    "randperm",
                    "rand_like",
                    "randn_like",
                    "manual_seed",
                    "normal",
                    "normal_",
                    "uniform_",
                    "random_",
                    "bernoulli",
                    "bernoulli_",
                    "multinomial",
                    "dropout");

    private static final String[] LEARNING = {
        "nn", "learn", "cfcql", "verify", "perf", "eval", "collect", "run", "stats", "report"
    };

    /** For each package the packages that it must not know. */
    private static Map<String, String[]> forbidden() {
        Map<String, String[]> rules = new TreeMap<>();
        rules.put("tensor", LEARNING);
        rules.put("data", LEARNING);
        rules.put("env", LEARNING);
        rules.put("budget", LEARNING);
        rules.put(
                "nn",
                new String[] {
                    "learn", "cfcql", "verify", "perf", "eval", "collect", "run", "stats", "report",
                    "data", "env", "budget"
                });
        String[] commands = {"verify", "perf", "eval", "collect", "run", "stats", "report"};
        String[] learnersAndCommands = {
            "cfcql", "verify", "perf", "eval", "collect", "run", "stats", "report"
        };
        rules.put("learn", learnersAndCommands);
        rules.put("cfcql", commands);
        rules.put("verify", new String[] {"perf", "eval", "collect", "run", "stats", "report"});
        rules.put("perf", new String[] {"verify", "eval", "collect", "run", "stats", "report"});
        String[] filesOnly = {
            "tensor", "nn", "learn", "cfcql", "verify", "perf", "eval", "collect", "run", "data",
            "env"
        };
        rules.put("stats", filesOnly);
        rules.put("report", filesOnly);
        String[] everything = {
            "tensor", "nn", "learn", "cfcql", "verify", "perf", "eval", "collect", "run", "stats",
            "report", "data", "env", "budget"
        };
        rules.put("random", everything);
        rules.put("error", everything);
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

    private static void check(String name, String[] others) {
        String[] packages = new String[others.length];
        for (int index = 0; index < others.length; index++) {
            packages[index] = "org.cfcql." + others[index] + "..";
        }
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
        noClasses()
                .that()
                .resideOutsideOfPackage("org.cfcql.env..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.zeromq..", "java.net..")
                .check(CORE);
    }

    @Test
    void randomnessComesFromNamedStreamsOnly() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Random")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethodWhere(
                        DescribedPredicate.describe(
                                "LibTorch's global generator is used",
                                ArchitectureTest::drawsFromLibTorch))
                .check(CORE);
    }

    private static boolean drawsFromLibTorch(JavaMethodCall call) {
        return call.getTargetOwner().getPackageName().startsWith("org.bytedeco.pytorch")
                && LIBTORCH_DRAWS.contains(call.getName());
    }
}
