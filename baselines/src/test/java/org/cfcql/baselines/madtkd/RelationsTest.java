package org.cfcql.baselines.madtkd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.baselines.DiscreteToy;
import org.cfcql.random.SeedTree;
import org.cfcql.tensor.TensorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Relations of agents side by side against products of matrices. */
class RelationsTest {
    private static final int STEPS = 7;
    private static final int WIDTH = 4;

    private static Tensor features(String stream, int agents) {
        float[] values = new float[STEPS * agents * WIDTH];
        new SeedTree(0).child(stream).stream().fillNormal(values);
        return DiscreteToy.TENSORS.of(values, STEPS, agents, WIDTH);
    }

    private static Tensor cosines(Tensor features) {
        Tensor unit = features.div(features.square().sum(2).sqrt().unsqueeze(2));
        return torch.bmm(unit, unit.transpose(1, 2));
    }

    /** Mean over steps of Σ_{i≠j} Huber, over all of the matrix but its diagonal. */
    private static Tensor distance(Tensor left, Tensor right) {
        Tensor own = torch.eye(left.size(1)).to(left.device(), left.scalar_type());
        return torch.huber_loss(left, right, 0, 1)
                .mul(own.neg().add(new Scalar(1.0)))
                .sum(1, 2)
                .mean();
    }

    private static double[] gradient(Tensor leaf, Tensor loss) {
        loss.backward();
        double[] gradient = TensorFactory.toDoubles(leaf.grad());
        leaf.mutable_grad().reset();
        return gradient;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void distancesAndGradientsAreThoseOfAllOrderedPairs(int agents) {
        try (PointerScope scope = new PointerScope()) {
            Tensor teacher = features("teacher", agents);
            Tensor student = features("student", agents).set_requires_grad(true);

            Tensor distance = Relations.of(teacher).distance(Relations.of(student));
            Tensor expected = distance(cosines(teacher), cosines(student));

            assertThat(distance.item_double()).isEqualTo(expected.item_double(), within(1e-12));
            assertThat(gradient(student, distance))
                    .containsExactly(gradient(student, expected), within(1e-12));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void inverseDistancesAreThoseOfAllOrderedPairs(int agents) {
        try (PointerScope scope = new PointerScope()) {
            Tensor teacher = features("teacher", agents);
            Tensor student = features("student", agents);

            double distance =
                    Relations.of(teacher).inverseDistance(Relations.of(student)).item_double();
            double expected =
                    distance(cosines(teacher).reciprocal(), cosines(student).reciprocal())
                            .item_double();

            assertThat(distance).isEqualTo(expected, within(1e-9 * (1 + expected)));
        }
    }

    @Test
    void inversesOfRightAnglesAreFinite() {
        try (PointerScope scope = new PointerScope()) {
            Tensor crossed = torch.eye(2).view(1, 2, 2);
            Tensor aligned = torch.ones(1, 2, 2);
            Tensor teacher = crossed.detach().set_requires_grad(true);
            Tensor distance = Relations.of(teacher).inverseDistance(Relations.of(aligned));
            assertThat(distance.item_double()).as("a cosine of zero").isFinite().isPositive();
            distance.backward();
            assertThat(teacher.grad().isfinite().all().item_bool()).as("its gradient").isTrue();
        }
    }
}
