package org.cfcql.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Set;

/** Rules that hold in every module. */
public final class ArchitectureRules {
    /** Processes are spoken to by the bridge alone, other machines where files are fetched. */
    public static final ArchRule ONLY_THE_BRIDGE_OPENS_SOCKETS =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("org.cfcql.env..", "org.cfcql.data.fetch")
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

    /** Texts and names of files are the same in Turkey, in Germany and where nothing is set. */
    public static final ArchRule NO_TEXT_DEPENDS_ON_WHERE_IT_IS_WRITTEN =
            noClasses()
                    .should()
                    .callMethod(String.class, "toLowerCase")
                    .orShould()
                    .callMethod(String.class, "toUpperCase")
                    .orShould()
                    .callMethod(String.class, "format", String.class, Object[].class)
                    .orShould()
                    .callMethod(PrintWriter.class, "printf", String.class, Object[].class)
                    .orShould()
                    .callMethod(PrintWriter.class, "format", String.class, Object[].class)
                    .orShould()
                    .callMethod(PrintStream.class, "printf", String.class, Object[].class)
                    .orShould()
                    .callMethod(PrintStream.class, "format", String.class, Object[].class)
                    .orShould()
                    .callMethod(String.class, "getBytes")
                    .orShould()
                    .callConstructor(String.class, byte[].class)
                    .orShould()
                    .callConstructor(InputStreamReader.class, InputStream.class)
                    .orShould()
                    .callConstructor(OutputStreamWriter.class, OutputStream.class)
                    .orShould()
                    .dependOnClassesThat()
                    .haveNameMatching("java\\.io\\.File(Reader|Writer)");

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
