package org.cfcql.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.Compute;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworksTest {
    private static final TensorFactory TENSORS =
            new TensorFactory(ComputeDevice.CPU, Precision.FLOAT64);
    private static final int BATCH = 5;

    private static Initialisation initial(long seed) {
        return new Initialisation(Compute.byLibTorch(TENSORS), new RandomStream(seed));
    }

    private static ActorNetworks actors(int agents, int... sizes) {
        return new ActorNetworks(
                initial(1),
                InputNormalisation.Kind.BATCHNORM,
                agents,
                ActorNetworks.SMALL_LAST_BOUND,
                sizes);
    }

    /**
     * Agents, observation, action, critic's input, width; parameters of an actor, of the critic.
     */
    @ParameterizedTest
    @CsvSource({
        "3, 18, 2, 60, 64, 5542, 16378",
        "3, 16, 2, 54, 64, 5410, 15598",
        "3, 24, 2, 78, 64, 5938, 18718",
        "2, 6, 3, 23, 256, 68367, 144432"
    })
    void parameterCountsAreThePublishedOnes(
            int agents,
            int observation,
            int action,
            int input,
            int hidden,
            int actorCount,
            int criticCount) {
        InputNormalisation.Kind kind = InputNormalisation.Kind.BATCHNORM;
        try (ActorNetworks actors = actors(agents, observation, hidden, hidden, action);
                TwinCritic critic = new TwinCritic(initial(2), kind, input, hidden, hidden)) {
            assertThat(elements(actors.parameters().leaves())).isEqualTo(agents * actorCount);
            assertThat(elements(critic.leaves())).isEqualTo(criticCount);
        }
    }

    @Test
    void eachReplicaComputesWhatItsOwnParametersSay() {
        try (PointerScope scope = new PointerScope();
                ActorNetworks actors = actors(2, 3, 4, 4, 2)) {
            Tensor observations = initial(3).uniform(1, BATCH, 2, 3);
            Tensor joint = actors.forward(observations, Statistics.BATCH);
            for (int agent = 0; agent < 2; agent++) {
                Map<String, Tensor> own = actors.agent(agent);
                Tensor x = observations.select(1, agent);
                Tensor mean = x.mean(new long[] {0}, true, new ScalarTypeOptional());
                Tensor centred = x.sub(mean);
                Tensor variance = centred.square().mean(0);
                Tensor scaled = centred.mul(variance.add(new Scalar(1e-5)).rsqrt());
                Tensor hidden = layer(own, "l1", scaled).relu();
                Tensor expected = layer(own, "l3", layer(own, "l2", hidden).relu()).tanh();
                assertThat(distance(expected, joint.select(1, agent))).isLessThan(1e-14);
            }
        }
    }

    @Test
    void runningStatisticsMoveOnlyInTrackingCallsAndWithTheUnbiasedVariance() {
        try (PointerScope scope = new PointerScope();
                ActorNetworks actors = actors(1, 1, 4, 4, 2)) {
            Tensor observations = TENSORS.of(new double[] {1, 2, 3, 4, 5}, BATCH, 1, 1);
            actors.forward(observations, Statistics.BATCH);
            Map<String, Tensor> own = actors.agent(0);
            assertThat(own.get("bn.running_mean").item_double()).isZero();
            actors.frozenForward(observations, Statistics.BATCH_AND_TRACK);
            assertThat(own.get("bn.running_mean").item_double()).isCloseTo(0.3, within(1e-15));
            assertThat(own.get("bn.running_var").item_double()).isCloseTo(1.15, within(1e-15));
        }
    }

    @Test
    void frozenCriticAgreesAndLeavesNoGradient() {
        try (PointerScope scope = new PointerScope();
                TwinCritic critic =
                        new TwinCritic(initial(2), InputNormalisation.Kind.BATCHNORM, 3, 4, 4)) {
            Tensor rows = initial(5).uniform(1, BATCH, 3);
            Tensor values = critic.forward(rows);
            assertThat(distance(values, critic.frozenForward(rows))).isZero();
            assertThat(distance(values.select(0, 0), critic.frozenFirst(rows))).isLessThan(1e-15);
            rows.set_requires_grad(true);
            critic.frozenFirst(rows).square().sum().backward();
            assertThat(critic.gradients()).isEmpty();
            assertThat(rows.grad().abs().sum().item_double()).isPositive();
        }
    }

    @Test
    void aTargetGoesTheRatesShareOfTheWay() {
        try (PointerScope scope = new PointerScope();
                Parameters target = new Parameters();
                Parameters online = new Parameters()) {
            target.train("x", TENSORS.of(new double[] {1}, 1));
            online.train("x", TENSORS.of(new double[] {5}, 1));
            new SoftUpdate(0.01).apply(target, online);
            assertThat(target.data("x").item_double()).isCloseTo(1.04, within(1e-14));
            assertThat(online.data("x").item_double()).isEqualTo(5);
        }
    }

    @Test
    void clippingJointlyUsesTheNormOverAllParameters() {
        try (PointerScope scope = new PointerScope();
                Parameters parameters = new Parameters()) {
            Tensor first = parameters.train("x", TENSORS.zeros(1, 1));
            Tensor second = parameters.train("y", TENSORS.zeros(1, 1));
            Tensor loss = first.mul(new Scalar(3.0)).add(second.mul(new Scalar(4.0))).sum();
            loss.backward();
            Tensor norm = new GradientClipping(0.5).clipJointly(List.of(first, second));
            assertThat(norm.item_double()).isCloseTo(5, within(1e-14));
            double scale = 0.5 / (5 + 1e-6);
            assertThat(first.grad().item_double()).isCloseTo(3 * scale, within(1e-14));
            assertThat(second.grad().item_double()).isCloseTo(4 * scale, within(1e-14));
        }
    }

    @Test
    void clippingPerReplicaUsesEachReplicasOwnNorm() {
        try (PointerScope scope = new PointerScope();
                Parameters parameters = new Parameters()) {
            Tensor leaf = parameters.train("x", TENSORS.zeros(2, 2));
            Tensor slope = TENSORS.of(new double[] {3, 4, 0.1, 0}, 2, 2);
            leaf.mul(slope).sum().backward();
            Tensor norms = new GradientClipping(0.5).clipPerReplica(List.of(leaf));
            double[] found = TensorFactory.toDoubles(norms);
            assertThat(found[0]).isCloseTo(5, within(1e-14));
            assertThat(found[1]).isCloseTo(0.1, within(1e-14));
            double[] clipped = TensorFactory.toDoubles(leaf.grad());
            assertThat(clipped[0]).isCloseTo(3 * 0.5 / (5 + 1e-6), within(1e-14));
            assertThat(clipped[2]).isEqualTo(0.1);
        }
    }

    private static Tensor layer(Map<String, Tensor> own, String name, Tensor input) {
        return input.matmul(own.get(name + ".weight").t()).add(own.get(name + ".bias"));
    }

    private static double distance(Tensor first, Tensor second) {
        return first.sub(second).abs().max().item_double();
    }

    private static long elements(List<Tensor> leaves) {
        return leaves.stream().mapToLong(Tensor::numel).sum();
    }
}
