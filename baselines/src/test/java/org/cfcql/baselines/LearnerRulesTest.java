package org.cfcql.baselines;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.cfcql.budget.Budget;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.budget.Role;
import org.cfcql.data.batch.ReplayBuffer;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.nn.Adam;
import org.cfcql.nn.RmsProp;
import org.cfcql.nn.StepRule;
import org.cfcql.testing.LearnerRules;
import org.junit.jupiter.api.Test;

/**
 * Offenders against the rules that learners get optimisers and batches from their context only are
 * caught; that the product keeps them is checked where its classes are read anyway.
 */
class LearnerRulesTest {
    private static final JavaClasses OFFENDER =
            new ClassFileImporter().importClasses(Offender.class);

    /** Something that makes optimisers without saying {@code new}. */
    private interface Maker {
        StepRule make(List<Tensor> leaves, double learningRate, double decay, double epsilon);
    }

    /** What the rules are there to catch; never run. */
    private static final class Offender {
        StepRule ownAdam(List<Tensor> leaves) {
            return new Adam(leaves, 0.1, 0.9, 0.999, 1e-8, 0);
        }

        Maker referredTo() {
            return RmsProp::new;
        }

        Object ofLibTorch(TensorVector leaves) {
            return new org.bytedeco.pytorch.Adam(leaves, new AdamOptions());
        }

        Object anotherOfLibTorch(TensorVector leaves) {
            return new SGD(leaves, new SGDOptions(0.1));
        }

        void stepOutsideTheBudget(StepRule rule) {
            rule.step();
        }

        void stepOfLibTorch(SGD rule) {
            rule.step();
        }

        BudgetLedger ownLedger() {
            return new BudgetLedger(new Budget(Map.of(Role.CRITIC, Long.MAX_VALUE)));
        }

        void charge(BudgetLedger ledger) {
            ledger.charge(Role.CRITIC, 1);
        }

        TransitionBatch ownBatch(Tensor any) {
            return new TransitionBatch(any, any, any, any, any, any, any, any);
        }

        Object ownSampler(ReplayBuffer buffer) {
            return buffer.toString();
        }
    }

    private static void assertCaught(ArchRule rule, String... methods) {
        List<String> details = rule.evaluate(OFFENDER).getFailureReport().getDetails();
        for (String method : methods) {
            assertThat(details).anyMatch(line -> line.contains(method));
        }
        assertThat(details).as("nobody else").hasSize(methods.length);
    }

    @Test
    void anOptimiserOfOnesOwnIsCaught() {
        assertCaught(
                LearnerRules.ONLY_THE_CONTEXT_MAKES_OPTIMISERS,
                "ownAdam",
                "referredTo",
                "ofLibTorch",
                "anotherOfLibTorch");
    }

    @Test
    void aStepOutsideTheBudgetIsCaught() {
        assertCaught(
                LearnerRules.ONLY_METERED_OPTIMISERS_STEP,
                "stepOutsideTheBudget",
                "stepOfLibTorch");
    }

    @Test
    void aLedgerOfOnesOwnIsCaught() {
        assertCaught(LearnerRules.LEARNERS_HAVE_NO_LEDGER, "ownLedger");
        assertCaught(LearnerRules.ONLY_THE_HARNESS_CHARGES, "charge");
    }

    @Test
    void aBatchOfOnesOwnIsCaught() {
        assertCaught(LearnerRules.ONLY_SAMPLERS_MAKE_BATCHES, "ownBatch");
        assertCaught(LearnerRules.LEARNERS_KNOW_BATCHES_ONLY, "ownSampler");
    }
}
