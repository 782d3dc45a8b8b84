package org.cfcql.learn;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.env.Actions;
import org.cfcql.env.Observations;
import org.cfcql.nn.RecurrentNetwork;
import org.cfcql.tensor.TensorFactory;

/**
 * Greedy decisions of a shared recurrent network: the available action of the largest value, with
 * the memory of each environment's episode kept in the session.
 *
 * @param network read at each call
 * @param tensors device and precision
 * @param observationSize width of one observation O
 */
public record RecurrentPolicy(RecurrentNetwork network, TensorFactory tensors, int observationSize)
        implements Policy {
    /** Below every value a network puts out (spec 1.4). */
    private static final double UNAVAILABLE = -9_999_999;

    @Override
    public Session open(int environments) {
        return new RecurrentSession(environments);
    }

    /**
     * The available action of the largest value; the first action where none is available.
     *
     * @param values {@code [..., action]}
     * @param available boolean, of the same shape
     * @return {@code [...]}, 64-bit integers
     */
    public static Tensor greedy(Tensor values, Tensor available) {
        return values.masked_fill(available.logical_not(), new Scalar(UNAVAILABLE))
                .argmax(new LongOptional(values.dim() - 1), false);
    }

    /** Memories live in Java arrays between calls, so an open session holds nothing native. */
    private final class RecurrentSession implements Session {
        private final int environments;
        private final float[] memory;
        private final long[] previous;

        RecurrentSession(int environments) {
            this.environments = environments;
            memory = new float[environments * network.agents() * network.hidden()];
            previous = new long[environments * network.agents()];
            Arrays.fill(previous, network.actions());
        }

        @Override
        public void reset(int environment) {
            int agents = network.agents();
            int width = agents * network.hidden();
            Arrays.fill(memory, environment * width, (environment + 1) * width, 0);
            Arrays.fill(
                    previous, environment * agents, (environment + 1) * agents, network.actions());
        }

        @Override
        public Actions act(Observations observations) {
            int agents = network.agents();
            try (PointerScope scope = new PointerScope()) {
                Tensor seen =
                        tensors.of(
                                observations.observations(), environments, agents, observationSize);
                Tensor before = tensors.of(memory, (long) environments * agents, network.hidden());
                Tensor done = tensors.ofIntegers(previous, environments, agents);
                Tensor after = network.frozenStep(seen, done, before);
                Tensor chosen =
                        greedy(
                                network.frozenValues(after),
                                available(observations.availableActions()));
                return new Actions.Discrete(read(after, chosen));
            }
        }

        /** Keeps the memory and gives the actions, by one copy to the host. */
        private int[] read(Tensor after, Tensor chosen) {
            Tensor both =
                    torch.cat(
                            new TensorVector(
                                    after.flatten(), chosen.flatten().to(after.scalar_type())),
                            0);
            float[] numbers = TensorFactory.toFloats(both);
            System.arraycopy(numbers, 0, memory, 0, memory.length);
            int[] actions = new int[previous.length];
            for (int index = 0; index < actions.length; index++) {
                actions[index] = (int) numbers[memory.length + index];
                previous[index] = actions[index];
            }
            return actions;
        }

        @Override
        public void acted(Actions actions) {
            if (actions instanceof Actions.Discrete done) {
                Arrays.setAll(previous, index -> done.values()[index]);
            }
        }

        /** {@code [environment, agent, action]}; everything where the task has no masks. */
        private Tensor available(byte[] mask) {
            int actions = network.actions();
            float[] flags = new float[environments * network.agents() * actions];
            Arrays.fill(flags, 1);
            for (int index = 0; index < mask.length; index++) {
                flags[index] = mask[index];
            }
            return tensors.of(flags, environments, network.agents(), actions).gt(new Scalar(0.5));
        }

        @Override
        public void close() {
            // The network belongs to the learner.
        }
    }
}
