package org.cfcql.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

/** Rules that hold in every module. */
public final class ArchitectureRules {
    /** Processes are spoken to by the bridge alone. */
    public static final ArchRule ONLY_THE_BRIDGE_OPENS_SOCKETS =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("org.cfcql.env..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.zeromq..", "java.net..");

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

    /** Every random number has a named stream; nobody asks a global generator. */
    public static final ArchRule RANDOMNESS_COMES_FROM_NAMED_STREAMS_ONLY =
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
                                    ArchitectureRules::drawsFromLibTorch));

    private ArchitectureRules() {}

    /** The classes below a package, tests and test kits left out. */
    public static JavaClasses productOf(String packageName) {
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(location -> !location.contains("-tests.jar"))
                .importPackages(packageName);
    }

    private static boolean drawsFromLibTorch(JavaMethodCall call) {
        return call.getTargetOwner().getPackageName().startsWith("org.bytedeco.pytorch")
                && LIBTORCH_DRAWS.contains(call.getName());
    }
}
