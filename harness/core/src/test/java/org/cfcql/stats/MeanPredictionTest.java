package org.cfcql.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Against SciPy 1.17: {@code stats.t.ppf}, {@code stats.t.cdf}. */
class MeanPredictionTest {
    private static final double[] REFERENCE = {10, 12, 9, 11, 13, 8, 10, 12, 11, 9};

    @Test
    void theIntervalOfTheMeanOfFiveMoreRunsIsThatOfStudentsT() {
        MeanPrediction prediction = MeanPrediction.of(REFERENCE, 5, 0);
        assertThat(prediction.mean()).isEqualTo(10.5, within(1e-12));
        assertThat(prediction.deviation()).isEqualTo(1.5811388300841898, within(1e-9));
        assertThat(prediction.halfWidth(0.95)).isEqualTo(1.9590855703361758, within(1e-9));
        assertThat(prediction.p(8.5)).isEqualTo(0.04628184731527369, within(1e-9));
        assertThat(prediction.p(12.5)).isEqualTo(0.04628184731527369, within(1e-9));
    }

    @Test
    void aReferenceWithoutSpreadAllowsItsOwnNumberOnly() {
        MeanPrediction prediction = MeanPrediction.of(new double[] {1, 1, 1}, 2, 0);
        assertThat(prediction.p(1)).isOne();
        assertThat(prediction.p(0.999)).isZero();
        assertThat(MeanPrediction.of(new double[] {1, 1, 1}, 2, 0.1).p(0.999)).isGreaterThan(0.9);
    }
}
