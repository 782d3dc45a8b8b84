package org.cfcql.baselines.madtkd;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.env.Actions;
import org.cfcql.env.Observations;
import org.cfcql.learn.Policy;
import org.cfcql.learn.RecurrentPolicy;
import org.cfcql.tensor.TensorFactory;

/**
 * Greedy decisions of the student, from the last slots of each environment's episode.
 *
 * @param student read at each call
 * @param tensors device and precision
 */
record StudentPolicy(Student student, TensorFactory tensors) implements Policy {
    @Override
    public Session open(int environments) {
        return new StudentSession(environments);
    }

    /**
     * Windows live in Java arrays between calls, oldest slot first, so an open session holds
     * nothing native.
     */
    private final class StudentSession implements Session {
        private final int environments;
        private final int agents = student.task().agents();
        private final int width = student.task().observationSize();
        private final int slots = student.memory().context();
        private final int[] time;
        private final float[] observations;
        private final long[] actions;
        private final double[] returns;
        private final double[] toGo;

        StudentSession(int environments) {
            this.environments = environments;
            time = new int[environments];
            observations = new float[environments * agents * slots * width];
            actions = new long[environments * agents * slots];
            returns = new double[environments * slots];
            toGo = new double[environments];
            for (int environment = 0; environment < environments; environment++) {
                reset(environment);
            }
        }

        @Override
        public void reset(int environment) {
            time[environment] = 0;
            toGo[environment] = student.memory().returnTarget().orElse(0.0);
            int window = agents * slots;
            Arrays.fill(
                    observations,
                    environment * window * width,
                    (environment + 1) * window * width,
                    0);
            Arrays.fill(actions, environment * window, (environment + 1) * window, 0);
            Arrays.fill(returns, environment * slots, (environment + 1) * slots, 0);
        }

        @Override
        public Actions act(Observations seen) {
            for (int environment = 0; environment < environments; environment++) {
                remember(environment, seen.observations());
            }
            int[] decided;
            try (PointerScope scope = new PointerScope()) {
                TokenTransformer.Pass pass = student.network().frozenPass();
                Tensor logits = pass.logits(student.read(pass, windows()));
                Tensor byAgent = logits.view(environments, agents, -1);
                Tensor available = available(seen.availableActions(), byAgent);
                double[] chosen =
                        TensorFactory.toDoubles(RecurrentPolicy.greedy(byAgent, available));
                decided = Arrays.stream(chosen).mapToInt(action -> (int) action).toArray();
            }
            keep(decided);
            for (int environment = 0; environment < environments; environment++) {
                time[environment]++;
            }
            return new Actions.Discrete(decided);
        }

        /** Puts what is seen now into the window, dropping the oldest slot of a full one. */
        private void remember(int environment, float[] seen) {
            boolean full = time[environment] >= slots;
            int index = Math.min(time[environment], slots - 1);
            for (int agent = 0; agent < agents; agent++) {
                int start = (environment * agents + agent) * slots;
                if (full) {
                    int kept = slots - 1;
                    System.arraycopy(
                            observations,
                            (start + 1) * width,
                            observations,
                            start * width,
                            kept * width);
                    System.arraycopy(actions, start + 1, actions, start, kept);
                }
                System.arraycopy(
                        seen,
                        (environment * agents + agent) * width,
                        observations,
                        (start + index) * width,
                        width);
            }
            int start = environment * slots;
            if (full) {
                System.arraycopy(returns, start + 1, returns, start, slots - 1);
            }
            returns[start + index] = toGo[environment];
        }

        private Student.Windows windows() {
            int rows = environments * agents;
            long[] times = new long[rows * slots];
            long[] last = new long[rows];
            double[] perAgent = new double[rows * slots];
            long limit = student.task().episodeLimit();
            for (int row = 0; row < rows; row++) {
                int environment = row / agents;
                int first = Math.max(0, time[environment] - slots + 1);
                last[row] = time[environment] - (long) first;
                for (int index = 0; index < slots; index++) {
                    times[row * slots + index] = Math.min((long) first + index, limit);
                    perAgent[row * slots + index] = returns[environment * slots + index];
                }
            }
            return new Student.Windows(
                    tensors.of(observations, rows, slots, width),
                    tensors.ofIntegers(times, rows, slots),
                    tensors.of(perAgent, rows, slots),
                    tensors.ofIntegers(actions, rows, slots),
                    tensors.ofIntegers(last, rows));
        }

        /** {@code [environment, agent, action]}; everything where the task has no masks. */
        private Tensor available(byte[] mask, Tensor values) {
            float[] flags = new float[(int) values.numel()];
            Arrays.fill(flags, 1);
            for (int index = 0; index < mask.length; index++) {
                flags[index] = mask[index];
            }
            return tensors.of(flags, values.shape()).gt(new Scalar(0.5));
        }

        /** Actions of the slots seen last. */
        private void keep(int[] done) {
            for (int row = 0; row < done.length; row++) {
                int index = Math.min(time[row / agents], slots - 1);
                actions[row * slots + index] = done[row];
            }
        }

        @Override
        public void acted(Actions done) {
            for (int environment = 0; environment < environments; environment++) {
                time[environment]--;
            }
            keep(((Actions.Discrete) done).values());
            for (int environment = 0; environment < environments; environment++) {
                time[environment]++;
            }
        }

        @Override
        public void rewarded(float[] rewards) {
            int perEnvironment = rewards.length / environments;
            for (int environment = 0; environment < environments; environment++) {
                // A team's reward is the same for everybody.
                toGo[environment] -= rewards[environment * perEnvironment];
            }
        }

        @Override
        public void close() {
            // The network belongs to the learner.
        }
    }
}
