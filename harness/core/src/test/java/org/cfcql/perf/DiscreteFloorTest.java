package org.cfcql.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.cfcql.counterfactual.Cfcql;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiscreteFloorTest {
    private static DiscreteSizes task(String name) {
        return DiscreteSizes.all().stream()
                .filter(task -> task.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    // 6h_vs_8z has fewer steps, but 84 counterfactuals in each where 2s3z has 55.
    @CsvSource({"2s3z, 11.3, 31.6", "6h_vs_8z, 11.1, 34.1"})
    void aStepCannotAvoidElevenGigaflops(String battle, double gigaflops, double millions) {
        ArithmeticFloor floor = new Cfcql().floor(task(battle)).orElseThrow();

        assertThat(floor.flops() / 1e9).isCloseTo(gigaflops, within(0.3));
        assertThat(floor.exponentials() / 1e6).isCloseTo(millions, within(0.5));
    }

    @Test
    void aFloorThatWasTakenDoesNotGrowWithItsBuilder() {
        DiscreteFloor builder = new DiscreteFloor(task("2s3z"));
        builder.unroll("agent", 1);
        ArithmeticFloor taken = builder.with(7);
        double flops = taken.flops();

        builder.doubleLearning();

        assertThat(taken.flops()).isEqualTo(flops);
        assertThat(builder.with(0).flops()).isGreaterThan(flops);
    }

    @Test
    void typicalLengthsHaveTheMeanOfTheDataAndKeepToTheLimit() {
        assertThat(Arrays.stream(task("2s3z").typicalLengths()).average().orElseThrow())
                .isCloseTo(50.8, within(0.5));
        assertThat(Arrays.stream(task("3s_vs_5z").typicalLengths()).max()).hasValue(250);
    }
}
