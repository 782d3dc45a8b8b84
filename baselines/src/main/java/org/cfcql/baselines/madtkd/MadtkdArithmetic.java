package org.cfcql.baselines.madtkd;

import org.cfcql.perf.ArithmeticFloor;
import org.cfcql.perf.DiscreteFloor;
import org.cfcql.perf.DiscreteSizes;

/**
 * The arithmetic that an update of MADTKD cannot avoid: one pass of the teacher, one of the student
 * and its way back. The student's token sees itself alone, so query and key count for nothing. What
 * the teacher's tokens and the relations multiply within a step, n rows by n, is left out: by
 * LibTorch's products of small matrices it would take longer than all that stands here.
 */
final class MadtkdArithmetic {
    /** Width of a transformer's token. */
    private static final int TOKEN = 32;

    /** Layers of attention: query, key, value, projection; value and projection. */
    private static final int ATTENTION = 4;

    private static final int OWN_ATTENTION = 2;

    private final DiscreteSizes task;
    private final DiscreteFloor floor;

    private MadtkdArithmetic(DiscreteSizes task) {
        this.task = task;
        floor = new DiscreteFloor(task);
    }

    /** Of an update. */
    static ArithmeticFloor of(DiscreteSizes task) {
        return new MadtkdArithmetic(task).added();
    }

    private ArithmeticFloor added() {
        transformer("teacher", ATTENTION);
        transformer("student", OWN_ATTENTION);
        int all = floor.steps() * task.agents();
        for (int twice = 0; twice < 2; twice++) {
            String of = twice == 0 ? "weights" : "input";
            perceptronBackward("features' " + of, all, twice == 0);
            perceptronBackward("perceptron's " + of, all, twice == 0);
            product("head's " + of, all, TOKEN, task.actions(), twice == 0);
            product("attention's " + of, all, TOKEN, OWN_ATTENTION * TOKEN, twice == 0);
        }
        floor.add("encoder's weights", 1, TOKEN, all, task.observationSize());
        // Tangents, GELU of two perceptrons, softmax and logarithm of the actions.
        return floor.with(2L * all * 5 * TOKEN + 3 * floor.policies());
    }

    private void transformer(String name, int attention) {
        int all = floor.steps() * task.agents();
        floor.add(name + " encoder", 1, all, task.observationSize(), TOKEN);
        floor.add(name + " attention", 1, all, TOKEN, attention * TOKEN);
        floor.add(name + " perceptron", 1, all, TOKEN, 2 * TOKEN);
        floor.add(name + " perceptron out", 1, all, 2 * TOKEN, TOKEN);
        floor.add(name + " head", 1, all, TOKEN, task.actions());
        floor.add(name + " features", 1, all, TOKEN, 2 * TOKEN);
        floor.add(name + " features out", 1, all, 2 * TOKEN, TOKEN);
    }

    private void perceptronBackward(String name, int all, boolean weights) {
        product(name, all, TOKEN, 2 * TOKEN, weights);
        product(name + " out", all, 2 * TOKEN, TOKEN, weights);
    }

    /** The product of a layer's backward pass for its weights, or for its input. */
    private void product(String name, int all, int input, int output, boolean weights) {
        if (weights) {
            floor.add(name, 1, output, all, input);
        } else {
            floor.add(name, 1, all, output, input);
        }
    }
}
