package org.cfcql.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiscreteFloorTest {
    private static DiscreteTask task(String name) {
        return DiscreteTask.all().stream()
                .filter(task -> task.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    // 6h_vs_8z has fewer steps, but 84 counterfactuals in each where 2s3z has 55.
    @CsvSource({"2s3z, 11.3, 31.6", "6h_vs_8z, 11.1, 34.1"})
    void aStepCannotAvoidElevenGigaflops(String battle, double gigaflops, double millions) {
        ArithmeticFloor floor = new DiscreteFloor(task(battle)).cfcql();

        assertThat(floor.flops() / 1e9).isCloseTo(gigaflops, within(0.3));
        assertThat(floor.exponentials() / 1e6).isCloseTo(millions, within(0.5));
    }

    @Test
    void aFloorDoesNotDependOnTheOneTakenBefore() {
        DiscreteFloor floor = new DiscreteFloor(task("2s3z"));

        ArithmeticFloor first = floor.icql();
        floor.cfcql();

        assertThat(floor.icql()).isEqualTo(first);
    }

    @Test
    void typicalLengthsHaveTheMeanOfTheDataAndKeepToTheLimit() {
        assertThat(Arrays.stream(task("2s3z").typicalLengths()).average().orElseThrow())
                .isCloseTo(50.8, within(0.5));
        assertThat(Arrays.stream(task("3s_vs_5z").typicalLengths()).max()).hasValue(250);
    }
}
