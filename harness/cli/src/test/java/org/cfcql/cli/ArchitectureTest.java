package org.cfcql.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The rules of the core that concern the command line. */
class ArchitectureTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("org.cfcql.cli");

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

    @Test
    void onlyTheBridgeOpensSockets() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.zeromq..", "java.net..")
                .check(CLASSES);
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
                .check(CLASSES);
    }

    private static boolean drawsFromLibTorch(JavaMethodCall call) {
        return call.getTargetOwner().getPackageName().startsWith("org.bytedeco.pytorch")
                && LIBTORCH_DRAWS.contains(call.getName());
    }
}
