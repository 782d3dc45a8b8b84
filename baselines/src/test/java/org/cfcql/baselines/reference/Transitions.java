package org.cfcql.baselines.reference;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;

/**
 * A minibatch as plain arrays in which nothing can be mistaken for something else: the state is not
 * the observations, agents have rewards and ends of their own, present and next actions differ.
 */
record Transitions(
        double[][][] observations,
        double[][][] actions,
        double[][] rewards,
        double[][] dones,
        double[][][] nextObservations,
        double[][][] nextActions,
        double[][] state,
        double[][] nextState) {
    static final int AGENTS = 3;
    static final int OBSERVATION = 3;
    static final int STATE = 4;
    static final int ACTION = 2;
    static final TensorFactory TENSORS = new TensorFactory(ComputeDevice.CPU, Precision.FLOAT64);

    static Transitions draw(long seed, int size) {
        RandomStream stream = new RandomStream(seed);
        double[][] rewards = new double[size][];
        double[][] dones = new double[size][AGENTS];
        for (int row = 0; row < size; row++) {
            rewards[row] = numbers(stream, AGENTS, 2);
            for (int agent = 0; agent < AGENTS; agent++) {
                dones[row][agent] = row % 4 == agent ? 1 : 0;
            }
        }
        double[][][] actions = cube(stream, size, ACTION, 1);
        actions[0][1][0] = 1;
        actions[size - 1][2][1] = -1;
        return new Transitions(
                cube(stream, size, OBSERVATION, 1.5),
                actions,
                rewards,
                dones,
                cube(stream, size, OBSERVATION, 1.5),
                cube(stream, size, ACTION, 1),
                square(stream, size, STATE),
                square(stream, size, STATE));
    }

    static double[] numbers(RandomStream stream, int count, double bound) {
        double[] values = new double[count];
        for (int index = 0; index < count; index++) {
            values[index] = bound * (2 * stream.nextDouble() - 1);
        }
        return values;
    }

    private static double[][][] cube(RandomStream stream, int size, int width, double bound) {
        double[][][] values = new double[size][AGENTS][];
        for (double[][] row : values) {
            for (int agent = 0; agent < AGENTS; agent++) {
                row[agent] = numbers(stream, width, bound);
            }
        }
        return values;
    }

    private static double[][] square(RandomStream stream, int size, int width) {
        double[][] values = new double[size][];
        for (int row = 0; row < size; row++) {
            values[row] = numbers(stream, width, 1.5);
        }
        return values;
    }

    int size() {
        return state.length;
    }

    /** The same numbers for a learner, in the caller's scope. */
    TransitionBatch batch() {
        return new TransitionBatch(
                tensor(observations),
                tensor(actions),
                tensor(rewards),
                tensor(dones),
                tensor(nextObservations),
                tensor(nextActions),
                tensor(state),
                tensor(nextState));
    }

    /** An agent's own columns; its state is its observation. */
    Transitions of(int agent) {
        return new Transitions(
                alone(observations, agent),
                alone(actions, agent),
                alone(rewards, agent),
                alone(dones, agent),
                alone(nextObservations, agent),
                alone(nextActions, agent),
                Reference.own(observations, agent),
                Reference.own(nextObservations, agent));
    }

    private static double[][] alone(double[][] values, int agent) {
        return Arrays.stream(values).map(row -> new double[] {row[agent]}).toArray(double[][]::new);
    }

    private static double[][][] alone(double[][][] values, int agent) {
        return Arrays.stream(values)
                .map(row -> new double[][] {row[agent]})
                .toArray(double[][][]::new);
    }

    /** Agent {@code order[i]} becomes agent i; every agent ends where agent 0 ends. */
    Transitions permuted(int... order) {
        double[][] ends = new double[size()][];
        for (int row = 0; row < size(); row++) {
            ends[row] = new double[] {dones[row][0], dones[row][0], dones[row][0]};
        }
        return new Transitions(
                permuted(observations, order),
                permuted(actions, order),
                permutedRewards(order),
                ends,
                permuted(nextObservations, order),
                permuted(nextActions, order),
                state,
                nextState);
    }

    private double[][] permutedRewards(int... order) {
        double[][] other = new double[size()][order.length];
        for (int row = 0; row < size(); row++) {
            for (int agent = 0; agent < order.length; agent++) {
                other[row][agent] = rewards[row][order[agent]];
            }
        }
        return other;
    }

    private static double[][][] permuted(double[][][] values, int... order) {
        double[][][] other = new double[values.length][][];
        for (int row = 0; row < values.length; row++) {
            other[row] = new double[order.length][];
            for (int agent = 0; agent < order.length; agent++) {
                other[row][agent] = values[row][order[agent]];
            }
        }
        return other;
    }

    private static Tensor tensor(double[][][] values) {
        double[][] rows = new double[values.length][];
        for (int row = 0; row < values.length; row++) {
            rows[row] = flat(values[row]);
        }
        return TENSORS.of(flat(rows), values.length, values[0].length, values[0][0].length);
    }

    private static Tensor tensor(double[][] values) {
        return TENSORS.of(flat(values), values.length, values[0].length);
    }

    static double[] flat(double[][] values) {
        double[] all = new double[values.length * values[0].length];
        for (int row = 0; row < values.length; row++) {
            System.arraycopy(values[row], 0, all, row * values[0].length, values[0].length);
        }
        return all;
    }
}
