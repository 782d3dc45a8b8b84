package org.cfcql.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import org.junit.jupiter.api.Test;

class AdamTest {
    private static final TensorFactory TENSORS =
            new TensorFactory(ComputeDevice.CPU, Precision.FLOAT64);

    @Test
    void stepsFollowThePublishedFormula() {
        try (PointerScope scope = new PointerScope();
                Parameters parameters = new Parameters()) {
            Tensor leaf = parameters.train("x", TENSORS.of(new double[] {1, -2}, 1, 2));
            try (Adam adam = new Adam(List.of(leaf), 0.1, 0.9, 0.999, 1e-8, 0.01)) {
                double[] x = {1, -2};
                double[] first = new double[2];
                double[] second = new double[2];
                for (int step = 1; step <= 3; step++) {
                    leaf.mul(leaf).sum().backward();
                    adam.step();
                    for (int index = 0; index < 2; index++) {
                        double gradient = 2 * x[index];
                        x[index] *= 1 - 0.1 * 0.01;
                        first[index] = 0.9 * first[index] + 0.1 * gradient;
                        second[index] = 0.999 * second[index] + 0.001 * gradient * gradient;
                        double mean = first[index] / (1 - Math.pow(0.9, step));
                        double square = second[index] / (1 - Math.pow(0.999, step));
                        x[index] -= 0.1 * mean / (Math.sqrt(square) + 1e-8);
                    }
                }
                double[] found = TensorFactory.toDoubles(leaf);
                assertThat(found[0]).isCloseTo(x[0], within(1e-12));
                assertThat(found[1]).isCloseTo(x[1], within(1e-12));
            }
        }
    }

    @Test
    void parameterWithoutGradientIsNeitherMovedNorDecayed() {
        try (PointerScope scope = new PointerScope();
                Parameters parameters = new Parameters()) {
            Tensor used = parameters.train("used", TENSORS.ones(1, 1));
            Tensor unused = parameters.train("unused", TENSORS.ones(1, 1));
            try (Adam adam = new Adam(List.of(used, unused), 0.1, 0.9, 0.999, 1e-8, 0.5)) {
                used.sum().backward();
                adam.step();
                assertThat(adam.steps()).containsExactly(1, 0);
                assertThat(unused.item_double()).isEqualTo(1);
                assertThat(used.item_double()).isNotEqualTo(1);
            }
        }
    }

    @Test
    void restoredStateContinuesWithTheSameNumbers() {
        try (PointerScope scope = new PointerScope();
                Parameters first = new Parameters();
                Parameters second = new Parameters()) {
            Tensor one = first.train("x", TENSORS.ones(1, 2));
            Adam original = new Adam(List.of(one), 0.1, 0.9, 0.999, 1e-8, 0);
            descend(one, original);
            Tensor two = second.train("x", one.detach().clone());
            Adam copy = new Adam(List.of(two), 0.1, 0.9, 0.999, 1e-8, 0);
            copy.restoreSteps(original.steps());
            original.moments().forEach((name, moment) -> copy.moments().get(name).copy_(moment));
            descend(one, original);
            descend(two, copy);
            assertThat(TensorFactory.toDoubles(two)).isEqualTo(TensorFactory.toDoubles(one));
            original.close();
            copy.close();
        }
    }

    private static void descend(Tensor leaf, Adam adam) {
        leaf.mul(leaf).sum().backward();
        adam.step();
    }
}
