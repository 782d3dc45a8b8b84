package org.cfcql.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import org.cfcql.tensor.Precision;
import org.junit.jupiter.api.Test;

/** The excuse for Adam, exactly as docs/golden-files.md words it. */
class GoldenComparisonTest {
    private static final double LEARNING_RATE = 0.01;
    private static final int SIZE = 2000;

    private final GoldenComparison comparison =
            new GoldenComparison(Tolerances.of(Precision.FLOAT64, false), LEARNING_RATE);

    @Test
    void vanishingGradientExcusesAStepUpToTheLearningRate() {
        compare(1e-7, 2, 0.009);
        assertThat(comparison.failures()).isEmpty();
        assertThat(comparison.excused()).isEqualTo(2);
    }

    @Test
    void largerStepIsNotExcused() {
        compare(1e-7, 1, 0.011);
        assertThat(comparison.failures()).hasSize(1);
    }

    @Test
    void gradientThatDoesNotVanishIsNotExcused() {
        compare(2e-6, 1, 0.009);
        assertThat(comparison.failures()).hasSize(1);
        assertThat(comparison.excused()).isZero();
    }

    @Test
    void moreThanAThousandthOfAnArrayIsNotExcused() {
        compare(1e-7, 3, 0.009);
        assertThat(comparison.failures()).hasSize(1);
        assertThat(comparison.excused()).isZero();
    }

    @Test
    void valueThatIsNoNumberFails() {
        GoldenArray stored = new GoldenArray(new double[] {1}, new long[] {});
        GoldenArray found = new GoldenArray(new double[] {Double.NaN}, new long[] {});
        comparison.values(
                "step0", Map.of("q1", stored), Map.of("values/q1", found), EpisodeMask.NONE);
        assertThat(comparison.failures()).hasSize(1);
    }

    @Test
    void otherShapeFails() {
        double[] values = {1, 2, 3, 4, 5, 6};
        GoldenArray stored = new GoldenArray(values, new long[] {2, 3});
        GoldenArray found = new GoldenArray(values, new long[] {3, 2});
        comparison.values(
                "step0", Map.of("q1", stored), Map.of("values/q1", found), EpisodeMask.NONE);
        assertThat(comparison.failures()).hasSize(1);
    }

    /** {@code entries} of an array have this gradient and are off by this much afterwards. */
    private void compare(double gradient, int entries, double difference) {
        double[] gradients = new double[SIZE];
        Arrays.fill(gradients, 1);
        Arrays.fill(gradients, 0, entries, gradient);
        GoldenArray stored = new GoldenArray(gradients, new long[] {SIZE});
        comparison.gradients("step0", Map.of("net/w", stored), Map.of("grads/net/w", stored));
        double[] right = new double[SIZE];
        right[SIZE - 1] = 1;
        double[] wrong = right.clone();
        for (int index = 0; index < entries; index++) {
            wrong[index] += difference;
        }
        comparison.after(
                "step0",
                "net/w",
                new GoldenArray(right, new long[] {SIZE}),
                new GoldenArray(wrong, new long[] {SIZE}),
                1,
                false);
    }
}
