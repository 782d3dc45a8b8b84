package org.cfcql.baselines.omar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.baselines.DiscreteToy;
import org.cfcql.learn.RecurrentPolicy;
import org.cfcql.learn.StreamNoise;
import org.cfcql.nn.Initialisation;
import org.cfcql.random.RandomStream;
import org.cfcql.random.SeedTree;
import org.cfcql.tensor.Compute;
import org.cfcql.tensor.TensorFactory;
import org.junit.jupiter.api.Test;

class LogitSearchTest {
    private static final long[] SHAPE = {50, 3, 6};

    @Test
    void manySamplesFindTheBestAvailableAction() {
        try (PointerScope scope = new PointerScope()) {
            Initialisation numbers =
                    new Initialisation(
                            Compute.byLibTorch(DiscreteToy.TENSORS), new RandomStream(3));
            Tensor values = numbers.normal(1, SHAPE);
            Tensor available = available();
            Tensor best = RecurrentPolicy.greedy(values, available);
            Tensor found = search(200).run(values, available, numbers.normal(1, SHAPE), noise());
            assertThat(TensorFactory.toDoubles(found))
                    .containsExactly(TensorFactory.toDoubles(best));
        }
    }

    @Test
    void whatIsFoundIsNeverWorseThanThePolicyAndNeverUnavailable() {
        try (PointerScope scope = new PointerScope()) {
            Initialisation numbers =
                    new Initialisation(
                            Compute.byLibTorch(DiscreteToy.TENSORS), new RandomStream(4));
            Tensor values = numbers.normal(1, SHAPE);
            Tensor policy = numbers.normal(1, SHAPE);
            Tensor available = available();
            Tensor found = search(2).run(values, available, policy, noise());
            Tensor own = RecurrentPolicy.greedy(policy, available);
            double[] better = TensorFactory.toDoubles(of(values, found).sub(of(values, own)));
            assertThat(Arrays.stream(better).boxed())
                    .allMatch(gain -> gain >= 0)
                    .anyMatch(gain -> gain > 0);
            Tensor allowed = of(available.to(torch.ScalarType.Double), found);
            assertThat(TensorFactory.toDoubles(allowed)).containsOnly(1);
        }
    }

    /** The search by loops over rows, agents, samples and actions, from the same draws. */
    @Test
    void whatIsFoundIsWhatTheFormulasSay() {
        int iterations = 4;
        int samples = 3;
        try (PointerScope scope = new PointerScope()) {
            Initialisation numbers =
                    new Initialisation(
                            Compute.byLibTorch(DiscreteToy.TENSORS), new RandomStream(5));
            Tensor values = numbers.normal(2, SHAPE);
            Tensor policy = numbers.normal(1, SHAPE);
            Tensor found =
                    new LogitSearch(iterations, samples).run(values, available(), policy, noise());
            StreamNoise again = noise();
            double[][] draws = new double[iterations][];
            for (int iteration = 0; iteration < iterations; iteration++) {
                Tensor drawn = again.normal("search_noise", samples, SHAPE[0], SHAPE[1], SHAPE[2]);
                draws[iteration] = TensorFactory.toDoubles(drawn);
            }
            double[] q = TensorFactory.toDoubles(values);
            double[] pi = TensorFactory.toDoubles(policy);
            double[] expected = new double[(int) (SHAPE[0] * SHAPE[1])];
            for (int index = 0; index < expected.length; index++) {
                expected[index] = searched(index, samples, draws, q, pi);
            }
            assertThat(TensorFactory.toDoubles(found)).containsExactly(expected);
        }
    }

    private static int searched(
            int index, int samples, double[][] draws, double[] q, double[] policy) {
        double[] own = Arrays.copyOfRange(q, index * 6, index * 6 + 6);
        double[] mean = new double[6];
        double[] deviation = {1, 1, 1, 1, 1, 1};
        int best = 0;
        for (double[] draw : draws) {
            double[][] logits = new double[samples][6];
            double[] weights = new double[samples];
            best = -1;
            for (int sample = 0; sample < samples; sample++) {
                for (int action = 0; action < 6; action++) {
                    int entry = (sample * (int) (SHAPE[0] * SHAPE[1]) + index) * 6 + action;
                    logits[sample][action] = mean[action] + deviation[action] * draw[entry];
                }
                int played = greedy(logits[sample]);
                weights[sample] = Math.exp(own[played]);
                best = best < 0 || own[played] > own[best] ? played : best;
            }
            double all = Arrays.stream(weights).sum();
            for (int action = 0; action < 6; action++) {
                double centre = 0;
                double squares = 0;
                for (int sample = 0; sample < samples; sample++) {
                    centre += weights[sample] / all * logits[sample][action];
                }
                for (int sample = 0; sample < samples; sample++) {
                    squares += Math.pow(logits[sample][action] - centre, 2);
                }
                mean[action] = centre;
                deviation[action] = Math.sqrt(squares / samples);
            }
        }
        int of = greedy(Arrays.copyOfRange(policy, index * 6, index * 6 + 6));
        return own[best] >= own[of] ? best : of;
    }

    private static int greedy(double... logits) {
        int best = 0;
        for (int action = 1; action < 6; action++) {
            boolean allowed = action != 2 && action != 4;
            best = allowed && logits[action] > logits[best] ? action : best;
        }
        return best;
    }

    private static LogitSearch search(int samples) {
        return new LogitSearch(2, samples);
    }

    private static StreamNoise noise() {
        return new StreamNoise(new SeedTree(9), DiscreteToy.TENSORS);
    }

    /** Two actions are never available, the first always. */
    private static Tensor available() {
        double[] flags = new double[(int) (SHAPE[0] * SHAPE[1] * SHAPE[2])];
        for (int index = 0; index < flags.length; index++) {
            flags[index] = index % 6 == 2 || index % 6 == 4 ? 0 : 1;
        }
        return DiscreteToy.TENSORS.of(flags, SHAPE).to(torch.ScalarType.Bool);
    }

    private static Tensor of(Tensor values, Tensor actions) {
        return values.gather(2, actions.unsqueeze(2)).select(2, 0);
    }
}
