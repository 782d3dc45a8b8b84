package org.cfcql.perf;

import java.util.ArrayList;
import java.util.List;

/**
 * Adds up the unavoidable products of a round of the continuous branch, one full update and {@code
 * CRITIC_UPDATES - 1} critic-only ones (spec 2.2 to 2.4, 2.6), from the parts that learners share.
 * An algorithm names its parts in the order in which it computes them.
 *
 * <p>A backward pass through a layer costs a product for the weights and one for its input; the
 * first layer needs the latter only where the loss is differentiated by an action. The state's
 * share of the critic's first layer in the penalty is computed once per transition, as is its
 * gradient.
 */
public final class ContinuousFloor {
    /** Critic updates per actor update, as published. */
    public static final int CRITIC_UPDATES = 5;

    /** Samples per agent and group in a penalty, K. */
    public static final int SAMPLES = 10;

    /** Heads of a twin critic. */
    public static final int HEADS = 2;

    private final ContinuousSizes task;
    private final List<MatrixProduct> products = new ArrayList<>();

    /** Nothing yet, for these sizes. */
    public ContinuousFloor(ContinuousSizes task) {
        this.task = task;
    }

    /** What was added, with the exponentials of a round. */
    public ArithmeticFloor with(long exponentials) {
        return new ArithmeticFloor(products, exponentials);
    }

    /**
     * A twin critic of state and joint action with the conservative term, and the policies.
     *
     * @param rowsPerState samples per transition
     * @param replacedWidth width of the action that a sample replaces
     * @param counterfactual whether each policy is improved beside the data's actions of the others
     */
    public ArithmeticFloor conservative(
            int rowsPerState, int replacedWidth, boolean counterfactual) {
        temporalDifference();
        penalty(1, rowsPerState, centralInput(), replacedWidth);
        improvement(counterfactual);
        return with((long) CRITIC_UPDATES * HEADS * task.batch() * rowsPerState);
    }

    /** The central twin critic's regression: target actors, target critic, critic. */
    public void temporalDifference() {
        actors("target actors", CRITIC_UPDATES);
        values("target critic", HEADS, centralInput(), CRITIC_UPDATES);
        valuesWithGradients("critic", HEADS, centralInput(), CRITIC_UPDATES);
    }

    /** Width of state and joint action. */
    public int centralInput() {
        return task.stateSize() + task.agents() * task.actionSize();
    }

    /** Values of one number by two hidden layers, for a batch. */
    public void values(String name, int replicas, int input, int repeats) {
        int batch = task.batch();
        int hidden = task.hidden();
        add(name + " 1", replicas, batch, input, hidden, repeats);
        add(name + " 2", replicas, batch, hidden, hidden, repeats);
        add(name + " 3", replicas, batch, hidden, 1, repeats);
    }

    /** The same with the gradients of the parameters. */
    public void valuesWithGradients(String name, int replicas, int input, int repeats) {
        int batch = task.batch();
        int hidden = task.hidden();
        values(name, replicas, input, repeats);
        add(name + " 3 weights", replicas, 1, batch, hidden, repeats);
        add(name + " 2 weights", replicas, hidden, batch, hidden, repeats);
        add(name + " 2 input", replicas, batch, hidden, hidden, repeats);
        add(name + " 1 weights", replicas, hidden, batch, input, repeats);
    }

    /**
     * The conservative term.
     *
     * @param critics number of twin critics
     * @param rowsPerState samples per transition and critic
     * @param shared width of the input that a transition's samples share
     * @param replaced width of the input that differs between them
     */
    public void penalty(int critics, int rowsPerState, int shared, int replaced) {
        int batch = task.batch();
        int hidden = task.hidden();
        int rows = batch * rowsPerState;
        int heads = HEADS * critics;
        String p = "penalty ";
        add(p + "1 shared", heads, batch, shared, hidden, CRITIC_UPDATES);
        add(p + "1 replaced", heads, rows, replaced, hidden, CRITIC_UPDATES);
        add(p + "2", heads, rows, hidden, hidden, CRITIC_UPDATES);
        add(p + "3", heads, rows, hidden, 1, CRITIC_UPDATES);
        add(p + "3 weights", heads, 1, rows, hidden, CRITIC_UPDATES);
        add(p + "2 weights", heads, hidden, rows, hidden, CRITIC_UPDATES);
        add(p + "2 input", heads, rows, hidden, hidden, CRITIC_UPDATES);
        add(p + "1 replaced weights", heads, hidden, rows, replaced, CRITIC_UPDATES);
        add(p + "1 shared weights", heads, hidden, batch, shared, CRITIC_UPDATES);
        if (task.penaltyGroups() > 1) {
            actors(p + "actors now and next", 2 * CRITIC_UPDATES);
        }
    }

    /** Policy improvement through head 1, once per round. */
    public void improvement(boolean counterfactual) {
        int hidden = task.hidden();
        int actions = task.agents() * task.actionSize();
        int rows = task.batch() * (counterfactual ? task.agents() : 1);
        int replaced = counterfactual ? task.actionSize() : actions;
        int shared = task.stateSize() + (counterfactual ? actions : 0);
        actorsWithGradients();
        String p = "improvement ";
        add(p + "1 shared", 1, task.batch(), shared, hidden, 1);
        add(p + "1 replaced", 1, rows, replaced, hidden, 1);
        add(p + "2", 1, rows, hidden, hidden, 1);
        add(p + "3", 1, rows, hidden, 1, 1);
        add(p + "2 input", 1, rows, hidden, hidden, 1);
        add(p + "1 input", 1, rows, hidden, replaced, 1);
    }

    /** All policies forward and backward, once per round. */
    public void actorsWithGradients() {
        int agents = task.agents();
        int batch = task.batch();
        int hidden = task.hidden();
        actors("actors", 1);
        add("actors 3 weights", agents, task.actionSize(), batch, hidden, 1);
        add("actors 3 input", agents, batch, task.actionSize(), hidden, 1);
        add("actors 2 weights", agents, hidden, batch, hidden, 1);
        add("actors 2 input", agents, batch, hidden, hidden, 1);
        add("actors 1 weights", agents, hidden, batch, task.observationSize(), 1);
    }

    /** Actions of all policies for a batch. */
    public void actors(String name, int repeats) {
        int agents = task.agents();
        int batch = task.batch();
        int hidden = task.hidden();
        add(name + " 1", agents, batch, task.observationSize(), hidden, repeats);
        add(name + " 2", agents, batch, hidden, hidden, repeats);
        add(name + " 3", agents, batch, hidden, task.actionSize(), repeats);
    }

    /** One product, as {@link MatrixProduct} describes it. */
    public void add(String purpose, int replicas, int rows, int inner, int columns, int repeats) {
        products.add(new MatrixProduct(purpose, replicas, rows, inner, columns, repeats));
    }
}
