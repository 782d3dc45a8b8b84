package org.cfcql.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.cfcql.counterfactual.Cfcql;
import org.cfcql.counterfactual.Macql;
import org.junit.jupiter.api.Test;

class ContinuousFloorTest {
    @Test
    void cooperativeNavigationCannotAvoidNineGigaflops() {
        ContinuousSizes spread = ContinuousSizes.all().get(0);
        double gigaflops = new Cfcql().floor(spread).orElseThrow().flops() / 1e9;
        // 8.9 with the state columns' share of the first layer computed once per batch.
        assertThat(gigaflops).isCloseTo(8.9, within(0.3));
    }

    @Test
    void everyExponentialOfTheLogSumExpIsCountedOnce() {
        ContinuousSizes spread = ContinuousSizes.all().get(0);
        assertThat(new Cfcql().floor(spread).orElseThrow().exponentials())
                .isEqualTo(5L * 2 * 1024 * 3 * 10);
        assertThat(new Macql().floor(spread).orElseThrow().exponentials())
                .isEqualTo(5L * 2 * 1024 * 10);
    }

    @Test
    void theFloorIsATimeAboveZero() {
        ArithmeticFloor floor =
                new ArithmeticFloor(
                        java.util.List.of(new MatrixProduct("product", 2, 64, 32, 16, 3)), 1000);
        assertThat(floor.measureMs(Clock.WALL)).isGreaterThan(0).isFinite();
        assertThat(floor.flops()).isEqualTo(2.0 * 3 * 2 * 64 * 32 * 16);
    }

    @Test
    void phasesAddUpToTheWholeTime() {
        long[] now = {0};
        PhaseClock clock = new PhaseClock(() -> now[0]);
        clock.phase("penalty");
        now[0] += 3_000_000;
        clock.phase("actors");
        now[0] += 1_000_000;
        clock.phase("penalty");
        now[0] += 2_000_000;
        clock.stop();
        assertThat(clock.take())
                .containsExactly(
                        java.util.Map.entry("penalty", 5.0), java.util.Map.entry("actors", 1.0));
        assertThat(clock.take()).isEmpty();
    }
}
