package org.cfcql.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.Compute;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RecurrentNetworksTest {
    private static final TensorFactory TENSORS =
            new TensorFactory(ComputeDevice.CPU, Precision.FLOAT64);
    private static final int OBSERVATION = 4;
    private static final int ACTIONS = 3;
    private static final int AGENTS = 2;
    private static final int HIDDEN = 5;

    /** Two steps, one step, three steps without an end; four slots. */
    private static final double[] FILLED = {1, 1, 1, 0, 1, 1, 0, 0, 1, 1, 1, 1};

    private static final double[] TERMINATED = {0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0};

    private static Initialisation initial(long seed) {
        return new Initialisation(Compute.byLibTorch(TENSORS), new RandomStream(seed));
    }

    private static RecurrentNetwork network() {
        return new RecurrentNetwork(initial(1), OBSERVATION, ACTIONS, AGENTS, HIDDEN);
    }

    private static TimeSlots slots(TimeSlots.Layout layout) {
        return new TimeSlots(layout, FILLED, TERMINATED, 3);
    }

    private static long elements(List<Tensor> tensors) {
        return tensors.stream().mapToLong(Tensor::numel).sum();
    }

    @ParameterizedTest
    @CsvSource({
        "80, 11, 5, 120, 31883, 35745",
        "48, 11, 3, 68, 29707, 21601",
        "55, 12, 5, 98, 30412, 31521",
        "78, 14, 6, 140, 32206, 41665",
        "2, 11, 2, 2, 26699, 6849",
        "5, 11, 5, 5, 27083, 13665",
        "9, 11, 9, 9, 27595, 22753"
    })
    void parameterCountsAreThePublishedOnes(
            int observation, int actions, int agents, int state, int agentCount, int mixerCount) {
        try (RecurrentNetwork agent =
                        new RecurrentNetwork(initial(1), observation, actions, agents, 64);
                MixingNetwork mixer = new MixingNetwork(initial(2), state, agents, 32, 64)) {
            assertThat(elements(agent.leaves())).isEqualTo(agentCount);
            assertThat(elements(mixer.leaves())).isEqualTo(mixerCount);
        }
    }

    @Test
    void packedRowsAreTheFilledSlotsWithLongestEpisodesFirst() {
        TimeSlots packed = slots(TimeSlots.Layout.PACKED);
        assertThat(packed.active()).containsExactly(3, 3, 2, 1);
        assertThat(packed.positions()).containsExactly(8, 0, 4, 9, 1, 5, 10, 2, 11);
        assertThat(packed.stepPositions()).containsExactly(8, 0, 4, 9, 1, 10);
        TimeSlots padded = slots(TimeSlots.Layout.PADDED);
        assertThat(padded.active()).containsExactly(3, 3, 3, 3);
        assertThat(padded.rows()).isEqualTo(12);
        assertThat(padded.stepPositions()).containsExactly(8, 0, 4, 9, 1, 10);
    }

    /** The published formulas written out, one row at a time, with one-hot inputs. */
    @ParameterizedTest
    @EnumSource(TimeSlots.Layout.class)
    void unrolledNetworkIsTheWrittenOutRecurrence(TimeSlots.Layout layout) {
        try (PointerScope scope = new PointerScope();
                RecurrentNetwork network = network()) {
            Tensor observations = initial(3).uniform(1, 12, AGENTS, OBSERVATION);
            long[] previous = {
                3, 3, 0, 2, 1, 1, 0, 0, 3, 3, 2, 2, 0, 1, 0, 0, 3, 3, 1, 0, 2, 0, 1, 2
            };
            TimeSlots slots = slots(layout);
            Tensor places = TENSORS.ofIntegers(slots.positions(), slots.rows());
            Tensor found =
                    network.unroll(
                            slots,
                            observations.index_select(0, places),
                            TENSORS.ofIntegers(previous, 12, AGENTS).index_select(0, places));
            double[] values = TensorFactory.toDoubles(found);
            double[] inputs = TensorFactory.toDoubles(observations);
            for (int episode = 0; episode < 3; episode++) {
                for (int agent = 0; agent < AGENTS; agent++) {
                    double[] memory = new double[HIDDEN];
                    for (int time = 0; time <= slots.length(episode); time++) {
                        int entry = (episode * 4 + time) * AGENTS + agent;
                        double[] input = new double[OBSERVATION + ACTIONS + AGENTS];
                        System.arraycopy(inputs, entry * OBSERVATION, input, 0, OBSERVATION);
                        if (previous[entry] < ACTIONS) {
                            input[OBSERVATION + (int) previous[entry]] = 1;
                        }
                        input[OBSERVATION + ACTIONS + agent] = 1;
                        memory = cell(network, input, memory);
                        double[] expected = layer(network, "fc2.weight", "fc2.bias", memory);
                        int row = slots.row(episode, time) * AGENTS + agent;
                        assertThat(Arrays.copyOfRange(values, row * ACTIONS, (row + 1) * ACTIONS))
                                .containsExactly(expected, within(1e-12));
                    }
                }
            }
        }
    }

    private static double[] cell(RecurrentNetwork network, double[] input, double[] memory) {
        double[] hidden = layer(network, "fc1.weight", "fc1.bias", input);
        for (int index = 0; index < HIDDEN; index++) {
            hidden[index] = Math.max(0, hidden[index]);
        }
        double[] seen = layer(network, "rnn.weight_ih", "rnn.bias_ih", hidden);
        double[] kept = layer(network, "rnn.weight_hh", "rnn.bias_hh", memory);
        double[] next = new double[HIDDEN];
        for (int index = 0; index < HIDDEN; index++) {
            double reset = sigmoid(seen[index] + kept[index]);
            double update = sigmoid(seen[HIDDEN + index] + kept[HIDDEN + index]);
            int candidate = 2 * HIDDEN + index;
            double fresh = Math.tanh(seen[candidate] + reset * kept[candidate]);
            next[index] = (1 - update) * fresh + update * memory[index];
        }
        return next;
    }

    private static double[] layer(
            RecurrentNetwork network, String weight, String bias, double[] input) {
        double[] matrix = TensorFactory.toDoubles(network.parameters().data(weight));
        double[] output = TensorFactory.toDoubles(network.parameters().data(bias));
        for (int row = 0; row < output.length; row++) {
            for (int column = 0; column < input.length; column++) {
                output[row] += matrix[row * input.length + column] * input[column];
            }
        }
        return output;
    }

    private static double sigmoid(double value) {
        return 1 / (1 + Math.exp(-value));
    }

    @Test
    void rankOneCounterfactualsEqualBruteForceMixing() {
        try (PointerScope scope = new PointerScope();
                MixingNetwork network = new MixingNetwork(initial(4), 6, AGENTS, 8, 7)) {
            MixingNetwork.Mixer mixer = network.mixer(initial(5).uniform(1, 9, 6));
            Tensor values = initial(6).uniform(3, 9, AGENTS, ACTIONS);
            Tensor chosen = values.select(2, 1);
            double[] found = TensorFactory.toDoubles(mixer.counterfactuals(values, chosen));
            for (int agent = 0; agent < AGENTS; agent++) {
                for (int action = 0; action < ACTIONS; action++) {
                    Tensor replaced = chosen.clone();
                    replaced.select(1, agent).copy_(values.select(1, agent).select(1, action));
                    double[] expected = TensorFactory.toDoubles(mixer.mix(replaced));
                    for (int row = 0; row < 9; row++) {
                        assertThat(found[(row * AGENTS + agent) * ACTIONS + action])
                                .isEqualTo(expected[row], within(1e-12));
                    }
                }
            }
        }
    }

    @Test
    void jointValueRisesWithEveryAgentsValue() {
        try (PointerScope scope = new PointerScope();
                MixingNetwork network = new MixingNetwork(initial(4), 6, AGENTS, 8, 7)) {
            MixingNetwork.Mixer mixer = network.mixer(initial(5).uniform(1, 9, 6));
            Tensor low = initial(6).uniform(3, 9, AGENTS);
            for (int agent = 0; agent < AGENTS; agent++) {
                Tensor high = low.clone();
                high.select(1, agent).add_(TENSORS.ones(9));
                double[] rise = TensorFactory.toDoubles(mixer.mix(high).sub(mixer.mix(low)));
                assertThat(Arrays.stream(rise).min().orElseThrow()).isPositive();
            }
        }
    }
}
