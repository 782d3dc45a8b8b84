package org.cfcql.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/**
 * What a learner gets from its context only, so that budgets hold by construction: optimisers,
 * whose every step is charged, and batches.
 */
public final class LearnerRules {
    private static final String CONSTRUCTOR = "<init>";

    /** Packages of learners, wherever they are built. */
    private static final String[] LEARNERS = {
        "org.cfcql.learn..",
        "org.cfcql.parts..",
        "org.cfcql.counterfactual..",
        "org.cfcql.baselines..",
        "org.cfcql.outside.."
    };

    /** What changes parameters: the project's step rules and LibTorch's optimisers. */
    private static final List<String> STEP_RULES =
            List.of("org.cfcql.nn.StepRule", "org.bytedeco.pytorch.Optimizer");

    /** Whoever makes an optimiser himself steps outside the budget. */
    public static final ArchRule ONLY_THE_CONTEXT_MAKES_OPTIMISERS =
            noClasses()
                    .that()
                    .doNotHaveFullyQualifiedName("org.cfcql.learn.HarnessContext")
                    .should()
                    .accessTargetWhere(made(STEP_RULES))
                    .orShould()
                    .accessTargetWhere(made(List.of("org.cfcql.learn.MeteredOptimiser")));

    /** A step is taken where it is charged and nowhere else. */
    public static final ArchRule ONLY_METERED_OPTIMISERS_STEP =
            noClasses()
                    .that()
                    .doNotHaveFullyQualifiedName("org.cfcql.learn.MeteredOptimiser")
                    .should()
                    .accessTargetWhere(used("step", STEP_RULES));

    /** A learner with a ledger or a context of its own making has all the budget it wants. */
    public static final ArchRule LEARNERS_HAVE_NO_LEDGER =
            noClasses()
                    .that()
                    .resideInAnyPackage(LEARNERS)
                    .should()
                    .accessTargetWhere(
                            made(
                                    List.of(
                                            "org.cfcql.budget.BudgetLedger",
                                            "org.cfcql.learn.HarnessContext")));

    /** What is spent is decided by the harness. */
    public static final ArchRule ONLY_THE_HARNESS_CHARGES =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("org.cfcql.run..")
                    .and()
                    .doNotHaveFullyQualifiedName("org.cfcql.learn.MeteredOptimiser")
                    .and()
                    .doNotHaveFullyQualifiedName("org.cfcql.learn.DeclaredSteps")
                    .should()
                    .accessTargetWhere(used("charge", List.of("org.cfcql.budget.BudgetLedger")));

    /** Batches come from data, from golden files and from the made-up data of measurements. */
    public static final ArchRule ONLY_SAMPLERS_MAKE_BATCHES =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "org.cfcql.data..",
                            "org.cfcql.verify..",
                            "org.cfcql.perf..",
                            "org.cfcql.run..")
                    .should()
                    .accessTargetWhere(made(List.of("org.cfcql.data.batch.Batch")));

    /** All that a learner knows of the data is the batch that it is given. */
    public static final ArchRule LEARNERS_KNOW_BATCHES_ONLY =
            noClasses()
                    .that()
                    .resideInAnyPackage(LEARNERS)
                    .should()
                    .dependOnClassesThat(
                            DescribedPredicate.describe(
                                    "are data but no batches", LearnerRules::dataButNoBatch));

    /** Every rule. */
    public static final List<ArchRule> ALL =
            List.of(
                    ONLY_THE_CONTEXT_MAKES_OPTIMISERS,
                    ONLY_METERED_OPTIMISERS_STEP,
                    LEARNERS_HAVE_NO_LEDGER,
                    ONLY_THE_HARNESS_CHARGES,
                    ONLY_SAMPLERS_MAKE_BATCHES,
                    LEARNERS_KNOW_BATCHES_ONLY);

    private LearnerRules() {}

    private static boolean dataButNoBatch(JavaClass type) {
        return (type.getPackageName() + ".").startsWith("org.cfcql.data.")
                && !type.isAssignableTo("org.cfcql.data.batch.Batch");
    }

    /** A constructor called or referred to, other than by the type itself. */
    private static DescribedPredicate<JavaAccess<?>> made(List<String> types) {
        return used(CONSTRUCTOR, types);
    }

    private static DescribedPredicate<JavaAccess<?>> used(String member, List<String> types) {
        return DescribedPredicate.describe(
                member + " of " + types + " is used",
                access ->
                        access.getTarget().getName().equals(member)
                                && !access.getOriginOwner().equals(access.getTargetOwner())
                                && types.stream()
                                        .anyMatch(access.getTargetOwner()::isAssignableTo));
    }
}
