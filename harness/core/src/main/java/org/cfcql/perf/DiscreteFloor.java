package org.cfcql.perf;

import java.util.ArrayList;
import java.util.List;

/**
 * Adds up the unavoidable products of a gradient step of the discrete branch (spec 1.2 to 1.6,
 * 1.11, 3.2 to 3.10), for a batch of the task's typical lengths: filled slots only, one-hot inputs
 * looked up, hypernetworks once per state. An algorithm names its parts in the order in which it
 * computes them.
 *
 * <p>Products over the whole batch are one product; the recurrent part is one per time slot,
 * because each needs the memory of the one before. Online and target networks need every filled
 * slot, the behaviour model and the backward pass only the steps. A backward pass costs a product
 * for the weights and one for the input; the first layers' inputs need none.
 */
public final class DiscreteFloor {
    /** Heads of a twin critic. */
    public static final int HEADS = 2;

    private final DiscreteSizes task;
    private final int[] lengths;
    private final int rows;
    private final int steps;
    private final List<MatrixProduct> products = new ArrayList<>();
    private long exponentials;

    /** Nothing yet, for these sizes. */
    public DiscreteFloor(DiscreteSizes task) {
        this.task = task;
        lengths = task.typicalLengths();
        int sum = 0;
        for (int length : lengths) {
            sum += length;
        }
        steps = sum;
        rows = sum + lengths.length;
    }

    /** Exponentials of one softmax over the actions of all steps. */
    public long policies() {
        return (long) steps * task.agents() * task.actions();
    }

    /** One head; the state's columns of the first layer once for all agents, numbers looked up. */
    public void critic(String name, int states, int outputs) {
        int width = DiscreteSizes.CRITIC;
        int all = states * task.agents();
        add(name + " state", 1, states, task.stateSize(), width);
        add(name + " observation", 1, all, task.observationSize(), width);
        add(name + " hidden", 1, all, width, width);
        add(name + " values", 1, all, width, outputs);
    }

    /** Backward pass of one head over the steps. */
    public void criticBackward(int outputs) {
        int width = DiscreteSizes.CRITIC;
        int all = steps * task.agents();
        add("critic values' weights", 1, outputs, all, width);
        add("critic values' input", 1, all, outputs, width);
        add("critic hidden weights", 1, width, all, width);
        add("critic hidden input", 1, all, width, width);
        add("critic observation weights", 1, width, all, task.observationSize());
        add("critic state weights", 1, width, steps, task.stateSize());
    }

    /** What was added, with so many exponentials more. */
    public ArithmeticFloor with(long more) {
        return new ArithmeticFloor(products, exponentials + more);
    }

    /** Steps of the batch. */
    public int steps() {
        return steps;
    }

    /** Filled slots of the batch: the steps, and a bootstrap slot per episode. */
    public int rows() {
        return rows;
    }

    /** Agents and mixer, with their targets, of value decomposition with double Q-learning. */
    public void doubleLearning() {
        unroll("agent", 1);
        unrollBackward();
        unroll("target agent", 1);
        mixer("mixer", steps);
        mixerBackward();
        mixer("target mixer", rows);
        // ELU of the mixed values.
        exponentials += (long) (steps + rows) * DiscreteSizes.EMBEDDING;
    }

    /**
     * Values of all slots up to the last step, or one beyond.
     *
     * @param beyond 1 to include the bootstrap slot
     */
    public void unroll(String name, int beyond) {
        int hidden = DiscreteSizes.HIDDEN;
        int all = (steps + beyond * lengths.length) * task.agents();
        add(name + " input", 1, all, task.observationSize(), hidden);
        add(name + " gates", 1, all, hidden, 3 * hidden);
        for (int time = 1; active(time, beyond) > 0; time++) {
            add(name + " memory", 1, active(time, beyond), hidden, 3 * hidden);
        }
        add(name + " values", 1, all, hidden, task.actions());
        exponentials += 3L * all * hidden;
    }

    /** Backward pass of the recurrent network over the steps. */
    public void unrollBackward() {
        int hidden = DiscreteSizes.HIDDEN;
        int all = steps * task.agents();
        add("values' weights", 1, task.actions(), all, hidden);
        add("values' input", 1, all, task.actions(), hidden);
        // The memory before the first slot is zero and takes no gradient.
        int later = all - lengths.length * task.agents();
        add("memory weights", 1, 3 * hidden, later, hidden);
        for (int time = 1; active(time, 0) > 0; time++) {
            add("memory before", 1, active(time, 0), 3 * hidden, hidden);
        }
        add("gates' weights", 1, 3 * hidden, all, hidden);
        add("gates' input", 1, all, 3 * hidden, hidden);
        add("input's weights", 1, hidden, all, task.observationSize());
    }

    /** Sequences that have a slot at this time. */
    private int active(int time, int beyond) {
        int count = 0;
        while (count < lengths.length && lengths[count] + beyond > time) {
            count++;
        }
        return count * task.agents();
    }

    private void mixer(String name, int states) {
        int hidden = DiscreteSizes.HYPERNET;
        int embedding = DiscreteSizes.EMBEDDING;
        add(name + " state", 1, states, task.stateSize(), 2 * hidden + 2 * embedding);
        add(name + " weights 1", 1, states, hidden, task.agents() * embedding);
        add(name + " weights 2", 1, states, hidden, embedding);
        add(name + " bias 2", 1, states, embedding, 1);
    }

    private void mixerBackward() {
        int hidden = DiscreteSizes.HYPERNET;
        int embedding = DiscreteSizes.EMBEDDING;
        int first = task.agents() * embedding;
        add("mixer weights 1 weights", 1, first, steps, hidden);
        add("mixer weights 1 input", 1, steps, first, hidden);
        add("mixer weights 2 weights", 1, embedding, steps, hidden);
        add("mixer weights 2 input", 1, steps, embedding, hidden);
        add("mixer bias 2 weights", 1, 1, steps, embedding);
        add("mixer bias 2 input", 1, steps, 1, embedding);
        add("mixer state weights", 1, 2 * hidden + 2 * embedding, steps, task.stateSize());
    }

    /** One product, merged with the last one if that is the same. */
    public void add(String purpose, int replicas, int rowCount, int inner, int columns) {
        int last = products.size() - 1;
        MatrixProduct product = new MatrixProduct(purpose, replicas, rowCount, inner, columns, 1);
        if (last >= 0 && products.get(last).sameButRepeats(product)) {
            products.set(last, products.get(last).repeatedOnceMore());
        } else {
            products.add(product);
        }
    }
}
