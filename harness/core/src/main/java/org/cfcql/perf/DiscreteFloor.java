package org.cfcql.perf;

import java.util.ArrayList;
import java.util.List;

/**
 * The unavoidable products of a gradient step of the discrete branch (spec 1.2 to 1.6, 1.11, 3.2 to
 * 3.10), for a batch of the task's typical lengths: filled slots only, one-hot inputs looked up,
 * hypernetworks once per state.
 *
 * <p>Products over the whole batch are one product; the recurrent part is one per time slot,
 * because each needs the memory of the one before. Online and target networks need every filled
 * slot, the behaviour model and the backward pass only the steps. A backward pass costs a product
 * for the weights and one for the input; the first layers' inputs need none.
 */
final class DiscreteFloor {
    private static final int HEADS = 2;

    /** Layers of attention: query, key, value, projection; value and projection. */
    private static final int ATTENTION = 4;

    private static final int OWN_ATTENTION = 2;

    private final DiscreteTask task;
    private final int[] lengths;
    private final int rows;
    private final int steps;
    private final List<MatrixProduct> products = new ArrayList<>();
    private long exponentials;

    DiscreteFloor(DiscreteTask task) {
        this.task = task;
        lengths = task.typicalLengths();
        int sum = 0;
        for (int length : lengths) {
            sum += length;
        }
        steps = sum;
        rows = sum + lengths.length;
    }

    /** CFCQL with a behaviour model. */
    ArithmeticFloor cfcql() {
        doubleLearning();
        unroll("behaviour", 0);
        long perAction = (long) steps * task.agents() * task.actions();
        // ELU of the counterfactuals, log-sum-exp, the behaviour's softmax and the weights λ.
        return taken(
                perAction * DiscreteTask.EMBEDDING + 2 * perAction + (long) steps * task.agents());
    }

    /** MACQL with N joint samples. */
    ArithmeticFloor macql(int samples) {
        doubleLearning();
        int agents = task.agents();
        int width = DiscreteTask.EMBEDDING;
        add("joint samples", steps, samples, agents, width);
        add("joint samples values", steps, samples, width, agents);
        add("joint samples weights", steps, agents, samples, width);
        return taken((long) steps * samples * (width + 1));
    }

    /** QMIX. */
    ArithmeticFloor qmix() {
        doubleLearning();
        return taken(0);
    }

    /** Independent Q-learning: no mixer. */
    ArithmeticFloor icql() {
        unroll("agent", 1);
        unrollBackward();
        unroll("target agent", 1);
        return taken((long) steps * task.agents() * task.actions());
    }

    /** Behaviour cloning. */
    ArithmeticFloor cloning() {
        unroll("agent", 0);
        unrollBackward();
        return taken((long) steps * task.agents() * task.actions());
    }

    /** Implicit Q-learning: a value, two critics with their targets, the policy. */
    ArithmeticFloor implicitQLearning() {
        unroll("agent", 0);
        unrollBackward();
        for (int head = 0; head < HEADS; head++) {
            critic("target critic", steps, task.actions());
            critic("critic", steps, task.actions());
            criticBackward(task.actions());
        }
        critic("value", rows, 1);
        criticBackward(1);
        return taken(policies());
    }

    /** AWAC: two critics with their targets, the policy. */
    ArithmeticFloor awac() {
        unroll("agent", 1);
        unrollBackward();
        for (int head = 0; head < HEADS; head++) {
            critic("target critic", rows, task.actions());
            critic("critic", steps, task.actions());
            criticBackward(task.actions());
        }
        return taken(policies());
    }

    /** OMAR with one step of its critics: two heads of value and advantages, two policies. */
    ArithmeticFloor omar() {
        unroll("agent", 1);
        unrollBackward();
        unroll("target agent", 1);
        int outputs = task.actions() + 1;
        for (int head = 0; head < HEADS; head++) {
            critic("target critic", rows, outputs);
            critic("critic", steps, outputs);
            criticBackward(outputs);
        }
        critic("critic for the policy", rows, outputs);
        return taken(3 * policies());
    }

    /** MAICQ with one step of its critic and mixer. */
    ArithmeticFloor maicq() {
        unroll("agent", 1);
        unrollBackward();
        int outputs = task.actions() + 1;
        critic("target critic", rows, outputs);
        critic("critic", steps, outputs);
        criticBackward(outputs);
        critic("critic for the policy", rows, outputs);
        int width = (task.agents() + 3) * DiscreteTask.EMBEDDING;
        add("target mixer", 1, rows, task.stateSize(), width);
        add("mixer", 1, steps, task.stateSize(), width);
        add("mixer weights", 1, width, steps, task.stateSize());
        add("credit", 1, steps, task.stateSize(), (task.agents() + 1) * DiscreteTask.EMBEDDING);
        return taken(policies() + (long) (steps + rows) * DiscreteTask.EMBEDDING);
    }

    /**
     * MADTKD: one pass of the teacher, one of the student and its way back. The student's token
     * sees itself alone, so query and key count for nothing. What the teacher's tokens and the
     * relations multiply within a step, n rows by n, is left out: by LibTorch's products of small
     * matrices it would take longer than all that stands here.
     */
    ArithmeticFloor madtkd() {
        transformer("teacher", ATTENTION);
        transformer("student", OWN_ATTENTION);
        int all = steps * task.agents();
        int width = DiscreteTask.TOKEN;
        for (int twice = 0; twice < 2; twice++) {
            String of = twice == 0 ? "weights" : "input";
            perceptronBackward("features' " + of, all, twice == 0);
            perceptronBackward("perceptron's " + of, all, twice == 0);
            product("head's " + of, all, width, task.actions(), twice == 0);
            product("attention's " + of, all, width, OWN_ATTENTION * width, twice == 0);
        }
        add("encoder's weights", 1, width, all, task.observationSize());
        // Tangents, GELU of two perceptrons, softmax and logarithm of the actions.
        return taken(2L * all * 5 * width + 3 * policies());
    }

    private void transformer(String name, int attention) {
        int all = steps * task.agents();
        int width = DiscreteTask.TOKEN;
        add(name + " encoder", 1, all, task.observationSize(), width);
        add(name + " attention", 1, all, width, attention * width);
        add(name + " perceptron", 1, all, width, 2 * width);
        add(name + " perceptron out", 1, all, 2 * width, width);
        add(name + " head", 1, all, width, task.actions());
        add(name + " features", 1, all, width, 2 * width);
        add(name + " features out", 1, all, 2 * width, width);
    }

    private void perceptronBackward(String name, int all, boolean weights) {
        product(name, all, DiscreteTask.TOKEN, 2 * DiscreteTask.TOKEN, weights);
        product(name + " out", all, 2 * DiscreteTask.TOKEN, DiscreteTask.TOKEN, weights);
    }

    /** The product of a layer's backward pass for its weights, or for its input. */
    private void product(String name, int all, int input, int output, boolean weights) {
        if (weights) {
            add(name, 1, output, all, input);
        } else {
            add(name, 1, all, output, input);
        }
    }

    /** Exponentials of one softmax over the actions of all steps. */
    private long policies() {
        return (long) steps * task.agents() * task.actions();
    }

    /** One head; the state's columns of the first layer once for all agents, numbers looked up. */
    private void critic(String name, int states, int outputs) {
        int width = DiscreteTask.CRITIC;
        int all = states * task.agents();
        add(name + " state", 1, states, task.stateSize(), width);
        add(name + " observation", 1, all, task.observationSize(), width);
        add(name + " hidden", 1, all, width, width);
        add(name + " values", 1, all, width, outputs);
    }

    private void criticBackward(int outputs) {
        int width = DiscreteTask.CRITIC;
        int all = steps * task.agents();
        add("critic values' weights", 1, outputs, all, width);
        add("critic values' input", 1, all, outputs, width);
        add("critic hidden weights", 1, width, all, width);
        add("critic hidden input", 1, all, width, width);
        add("critic observation weights", 1, width, all, task.observationSize());
        add("critic state weights", 1, width, steps, task.stateSize());
    }

    private ArithmeticFloor taken(long more) {
        ArithmeticFloor floor = new ArithmeticFloor(products, exponentials + more);
        products.clear();
        exponentials = 0;
        return floor;
    }

    private void doubleLearning() {
        unroll("agent", 1);
        unrollBackward();
        unroll("target agent", 1);
        mixer("mixer", steps);
        mixerBackward();
        mixer("target mixer", rows);
        // ELU of the mixed values.
        exponentials += (long) (steps + rows) * DiscreteTask.EMBEDDING;
    }

    /**
     * Values of all slots up to the last step, or one beyond.
     *
     * @param beyond 1 to include the bootstrap slot
     */
    private void unroll(String name, int beyond) {
        int hidden = DiscreteTask.HIDDEN;
        int all = (steps + beyond * lengths.length) * task.agents();
        add(name + " input", 1, all, task.observationSize(), hidden);
        add(name + " gates", 1, all, hidden, 3 * hidden);
        for (int time = 1; active(time, beyond) > 0; time++) {
            add(name + " memory", 1, active(time, beyond), hidden, 3 * hidden);
        }
        add(name + " values", 1, all, hidden, task.actions());
        exponentials += 3L * all * hidden;
    }

    private void unrollBackward() {
        int hidden = DiscreteTask.HIDDEN;
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
        int hidden = DiscreteTask.HYPERNET;
        int embedding = DiscreteTask.EMBEDDING;
        add(name + " state", 1, states, task.stateSize(), 2 * hidden + 2 * embedding);
        add(name + " weights 1", 1, states, hidden, task.agents() * embedding);
        add(name + " weights 2", 1, states, hidden, embedding);
        add(name + " bias 2", 1, states, embedding, 1);
    }

    private void mixerBackward() {
        int hidden = DiscreteTask.HYPERNET;
        int embedding = DiscreteTask.EMBEDDING;
        int first = task.agents() * embedding;
        add("mixer weights 1 weights", 1, first, steps, hidden);
        add("mixer weights 1 input", 1, steps, first, hidden);
        add("mixer weights 2 weights", 1, embedding, steps, hidden);
        add("mixer weights 2 input", 1, steps, embedding, hidden);
        add("mixer bias 2 weights", 1, 1, steps, embedding);
        add("mixer bias 2 input", 1, steps, 1, embedding);
        add("mixer state weights", 1, 2 * hidden + 2 * embedding, steps, task.stateSize());
    }

    private void add(String purpose, int replicas, int rowCount, int inner, int columns) {
        int last = products.size() - 1;
        MatrixProduct product = new MatrixProduct(purpose, replicas, rowCount, inner, columns, 1);
        if (last >= 0 && products.get(last).sameButRepeats(product)) {
            products.set(last, products.get(last).repeatedOnceMore());
        } else {
            products.add(product);
        }
    }
}
