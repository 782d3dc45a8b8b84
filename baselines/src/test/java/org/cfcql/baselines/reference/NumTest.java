package org.cfcql.baselines.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class NumTest {
    /** Every operation once, joined so that all of them carry gradient. */
    private static Num everything(Num... x) {
        Num a = x[0].times(x[1]).plus(x[2].square()).minus(x[0].tanh());
        Num b = x[1].exp().plus(2).log().times(3).minus(x[2].plus(5).inverseRoot());
        Num c =
                x[0].relu()
                        .plus(x[2].relu())
                        .plus(x[1].clamp(-0.1, 9))
                        .minus(0.5)
                        .plus(x[1].sigmoid())
                        .plus(x[2].abs())
                        .plus(x[2].elu());
        return Num.logSumExp(List.of(a, b, c)).plus(Num.mean(List.of(a, a, c)));
    }

    private static double value(double... x) {
        return everything(Arrays.stream(x).mapToObj(Num::of).toArray(Num[]::new)).value;
    }

    @Test
    void gradientsAreThoseOfFiniteDifferences() {
        double[] at = {0.7, 0.3, -1.1};
        Num[] leaves = Arrays.stream(at).mapToObj(Num::of).toArray(Num[]::new);
        everything(leaves).backward();
        for (int index = 0; index < at.length; index++) {
            double[] low = at.clone();
            double[] high = at.clone();
            low[index] -= 1e-5;
            high[index] += 1e-5;
            double slope = (value(high) - value(low)) / 2e-5;
            assertThat(leaves[index].gradient()).isCloseTo(slope, within(1e-8));
        }
    }

    @Test
    void aSecondPassStartsFromZero() {
        Num leaf = Num.of(3);
        Num square = leaf.square();
        square.backward();
        square.plus(leaf).backward();
        assertThat(leaf.gradient()).isEqualTo(7);
    }
}
