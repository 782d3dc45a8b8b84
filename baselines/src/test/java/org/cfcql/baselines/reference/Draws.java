package org.cfcql.baselines.reference;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.learn.Noise;
import org.cfcql.random.RandomStream;

/**
 * Draws of known numbers, kept for the reference to read once: a draw that it does not expect is
 * left over, one that it misses is an error. Normal draws are wide, so that clips to ±1 matter.
 */
final class Draws implements Noise {
    /** Those without an axis of agents. */
    private static final Set<String> JOINT = Set.of("latents", "search_noise");

    private final RandomStream stream;
    private final int[] order;
    private final Map<String, Deque<double[]>> made = new TreeMap<>();

    /**
     * Fresh draws.
     *
     * @param order agent {@code order[i]} of the numbers becomes agent i; nothing for as they are
     */
    Draws(long seed, int... order) {
        stream = new RandomStream(seed);
        this.order = order;
    }

    @Override
    public Tensor normal(String name, long... shape) {
        double[] values = new double[count(shape)];
        for (int index = 0; index < values.length; index++) {
            // Sums of uniform numbers are near enough to normal, and exact in any precision.
            values[index] = 2 * (stream.nextDouble() + stream.nextDouble() - 1) * 1.5;
        }
        return keep(name, values, shape);
    }

    @Override
    public Tensor uniform(String name, long... shape) {
        return keep(name, Transitions.numbers(stream, count(shape), 1), shape);
    }

    @Override
    public Tensor integers(String name, int bound, long... shape) {
        double[] values = new double[count(shape)];
        long[] whole = new long[values.length];
        for (int index = 0; index < values.length; index++) {
            whole[index] = stream.nextInt(bound);
            values[index] = whole[index];
        }
        made.computeIfAbsent(name, absent -> new ArrayDeque<>()).add(values);
        return Transitions.TENSORS.ofIntegers(whole, shape);
    }

    private Tensor keep(String name, double[] values, long... shape) {
        double[] own = order.length == 0 || JOINT.contains(name) ? values : permuted(values, shape);
        made.computeIfAbsent(name, absent -> new ArrayDeque<>()).add(own);
        return Transitions.TENSORS.of(own, shape);
    }

    private double[] permuted(double[] values, long... shape) {
        int inner = values.length / (int) (shape[0] * shape[1]);
        double[] other = new double[values.length];
        for (int row = 0; row < shape[0]; row++) {
            for (int agent = 0; agent < order.length; agent++) {
                System.arraycopy(
                        values,
                        (row * order.length + order[agent]) * inner,
                        other,
                        (row * order.length + agent) * inner,
                        inner);
            }
        }
        return other;
    }

    private static int count(long... shape) {
        int count = 1;
        for (long size : shape) {
            count *= (int) size;
        }
        return count;
    }

    /** The next numbers drawn under a name, in row-major order. */
    double[] take(String name) {
        Deque<double[]> drawn = made.get(name);
        if (drawn == null) {
            throw new AssertionError("expected a draw of " + name + ", found " + made.keySet());
        }
        double[] first = drawn.pop();
        if (drawn.isEmpty()) {
            made.remove(name);
        }
        return first;
    }

    /** Names of draws that nobody took. */
    Set<String> left() {
        return made.keySet();
    }
}
