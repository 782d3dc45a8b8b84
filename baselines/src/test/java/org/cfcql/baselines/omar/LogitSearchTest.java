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
import org.cfcql.tensor.TensorFactory;
import org.junit.jupiter.api.Test;

class LogitSearchTest {
    private static final long[] SHAPE = {50, 3, 6};

    @Test
    void manySamplesFindTheBestAvailableAction() {
        try (PointerScope scope = new PointerScope()) {
            Initialisation numbers = new Initialisation(DiscreteToy.TENSORS, new RandomStream(3));
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
            Initialisation numbers = new Initialisation(DiscreteToy.TENSORS, new RandomStream(4));
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
