package org.cfcql.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.cfcql.error.UserError;
import org.cfcql.perf.PerfCase;
import org.junit.jupiter.api.Test;

/** What {@code cfcql perf} measures is what the algorithms say of themselves. */
class PerfCasesTest {
    @Test
    void everyAlgorithmThatKnowsItsArithmeticHasACaseForEachTaskOfItsBranches() {
        List<String> names = PerfCase.all().stream().map(PerfCase::name).toList();
        assertThat(names).doesNotHaveDuplicates().hasSize(76);
        assertThat(names.stream().filter(name -> name.endsWith("-continuous/simple_spread")))
                .map(name -> name.replace("-continuous/simple_spread", ""))
                .containsExactly(
                        "awac",
                        "bc",
                        "cfcql",
                        "icql",
                        "implicit-q-learning",
                        "macql",
                        "maicq",
                        "omar",
                        "td3-bc");
        assertThat(names.stream().filter(name -> name.endsWith("-discrete/2s3z")))
                .map(name -> name.replace("-discrete/2s3z", ""))
                .containsExactly(
                        "awac",
                        "bc",
                        "cfcql",
                        "icql",
                        "implicit-q-learning",
                        "macql",
                        "madtkd",
                        "maicq",
                        "omar",
                        "qmix");
    }

    @Test
    void everyCaseHasArithmeticThatCannotBeAvoided() {
        assertThat(PerfCase.all()).allMatch(one -> one.floor().flops() > 0);
    }

    /** MATD3 plays to learn and says nothing of its arithmetic. */
    @Test
    void anAlgorithmThatSaysNothingOfItsArithmeticIsMeasuredByItsName() {
        PerfCase found = PerfCase.find("matd3-continuous/simple_spread");
        assertThat(found.algorithm()).isEqualTo("matd3");
        assertThat(found.floor().flops()).isZero();
    }

    @Test
    void anUnknownCaseIsRefusedWithTheClosestOne() {
        assertThatThrownBy(() -> PerfCase.find("awac-discrete/2s3y"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("'awac-discrete/2s3z'");
        assertThatThrownBy(() -> PerfCase.find("qmix-continuous/simple_spread"))
                .isInstanceOf(UserError.class);
    }
}
