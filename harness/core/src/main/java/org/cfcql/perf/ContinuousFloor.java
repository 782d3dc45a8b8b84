package org.cfcql.perf;

import java.util.ArrayList;
import java.util.List;

/**
 * The unavoidable products of a round of the continuous branch: one full update and {@code
 * criticUpdates - 1} critic-only ones (spec/algorithms.md 2.2 to 2.4, 2.6).
 *
 * <p>A backward pass through a layer costs a product for the weights and one for its input; the
 * first layer needs the latter only where the loss is differentiated by an action. The state's
 * share of the critic's first layer in the penalty is computed once per transition, as is its
 * gradient.
 *
 * @param task sizes
 * @param criticUpdates critic updates of a round
 */
record ContinuousFloor(ContinuousTask task, int criticUpdates) {
    private static final int HEADS = 2;

    /** Samples per agent and group in the penalty, K. */
    private static final int SAMPLES = 10;

    /** CFCQL: each of n·K·groups samples per transition replaces one agent's action. */
    ArithmeticFloor cfcql() {
        int rowsPerState = task.agents() * SAMPLES * task.penaltyGroups();
        return withPenalty(rowsPerState, task.actionSize(), true);
    }

    /** MACQL: each of K·groups samples per transition replaces the joint action. */
    ArithmeticFloor macql() {
        int rowsPerState = SAMPLES * task.penaltyGroups();
        return withPenalty(rowsPerState, task.agents() * task.actionSize(), false);
    }

    /** No penalty: a twin critic, its targets, and all actors once. */
    ArithmeticFloor plain() {
        List<MatrixProduct> products = new ArrayList<>();
        addTemporalDifference(products);
        addActors(products, false);
        return new ArithmeticFloor(products, 0);
    }

    /** Behaviour cloning: all actors forward and backward. */
    ArithmeticFloor cloning() {
        List<MatrixProduct> products = new ArrayList<>();
        addActorPasses(products);
        return new ArithmeticFloor(products, 0);
    }

    private ArithmeticFloor withPenalty(
            int rowsPerState, int replacedWidth, boolean counterfactualImprovement) {
        List<MatrixProduct> products = new ArrayList<>();
        addTemporalDifference(products);
        addPenalty(products, rowsPerState, replacedWidth);
        addActors(products, counterfactualImprovement);
        long exponentials = (long) criticUpdates * HEADS * task.batch() * rowsPerState;
        return new ArithmeticFloor(products, exponentials);
    }

    private void addTemporalDifference(List<MatrixProduct> products) {
        int batch = task.batch();
        int hidden = task.hidden();
        int input = task.stateSize() + task.agents() * task.actionSize();
        addActorForward(products, "target actors", criticUpdates);
        add(products, "target critic 1", HEADS, batch, input, hidden, criticUpdates);
        add(products, "target critic 2", HEADS, batch, hidden, hidden, criticUpdates);
        add(products, "target critic 3", HEADS, batch, hidden, 1, criticUpdates);
        add(products, "critic 1", HEADS, batch, input, hidden, criticUpdates);
        add(products, "critic 2", HEADS, batch, hidden, hidden, criticUpdates);
        add(products, "critic 3", HEADS, batch, hidden, 1, criticUpdates);
        add(products, "critic 3 weights", HEADS, 1, batch, hidden, criticUpdates);
        add(products, "critic 2 weights", HEADS, hidden, batch, hidden, criticUpdates);
        add(products, "critic 2 input", HEADS, batch, hidden, hidden, criticUpdates);
        add(products, "critic 1 weights", HEADS, hidden, batch, input, criticUpdates);
    }

    private void addPenalty(List<MatrixProduct> products, int rowsPerState, int replacedWidth) {
        int batch = task.batch();
        int hidden = task.hidden();
        int rows = batch * rowsPerState;
        int shared = task.stateSize() + task.agents() * task.actionSize();
        String p = "penalty ";
        add(products, p + "1 shared", HEADS, batch, shared, hidden, criticUpdates);
        add(products, p + "1 replaced", HEADS, rows, replacedWidth, hidden, criticUpdates);
        add(products, p + "2", HEADS, rows, hidden, hidden, criticUpdates);
        add(products, p + "3", HEADS, rows, hidden, 1, criticUpdates);
        add(products, p + "3 weights", HEADS, 1, rows, hidden, criticUpdates);
        add(products, p + "2 weights", HEADS, hidden, rows, hidden, criticUpdates);
        add(products, p + "2 input", HEADS, rows, hidden, hidden, criticUpdates);
        add(products, p + "1 replaced weights", HEADS, hidden, rows, replacedWidth, criticUpdates);
        add(products, p + "1 shared weights", HEADS, hidden, batch, shared, criticUpdates);
        if (task.penaltyGroups() > 1) {
            addActorForward(products, p + "actors now and next", 2 * criticUpdates);
        }
    }

    /** Policy improvement through head 1, once per round. */
    private void addActors(List<MatrixProduct> products, boolean counterfactual) {
        int hidden = task.hidden();
        int actions = task.agents() * task.actionSize();
        int rows = task.batch() * (counterfactual ? task.agents() : 1);
        int replaced = counterfactual ? task.actionSize() : actions;
        int shared = task.stateSize() + (counterfactual ? actions : 0);
        addActorPasses(products);
        String p = "improvement ";
        add(products, p + "1 shared", 1, task.batch(), shared, hidden, 1);
        add(products, p + "1 replaced", 1, rows, replaced, hidden, 1);
        add(products, p + "2", 1, rows, hidden, hidden, 1);
        add(products, p + "3", 1, rows, hidden, 1, 1);
        add(products, p + "2 input", 1, rows, hidden, hidden, 1);
        add(products, p + "1 input", 1, rows, hidden, replaced, 1);
    }

    private void addActorPasses(List<MatrixProduct> products) {
        int agents = task.agents();
        int batch = task.batch();
        int hidden = task.hidden();
        addActorForward(products, "actors", 1);
        add(products, "actors 3 weights", agents, task.actionSize(), batch, hidden, 1);
        add(products, "actors 3 input", agents, batch, task.actionSize(), hidden, 1);
        add(products, "actors 2 weights", agents, hidden, batch, hidden, 1);
        add(products, "actors 2 input", agents, batch, hidden, hidden, 1);
        add(products, "actors 1 weights", agents, hidden, batch, task.observationSize(), 1);
    }

    private void addActorForward(List<MatrixProduct> products, String name, int repeats) {
        int agents = task.agents();
        int batch = task.batch();
        int hidden = task.hidden();
        add(products, name + " 1", agents, batch, task.observationSize(), hidden, repeats);
        add(products, name + " 2", agents, batch, hidden, hidden, repeats);
        add(products, name + " 3", agents, batch, hidden, task.actionSize(), repeats);
    }

    private static void add(
            List<MatrixProduct> products,
            String purpose,
            int replicas,
            int rows,
            int inner,
            int columns,
            int repeats) {
        products.add(new MatrixProduct(purpose, replicas, rows, inner, columns, repeats));
    }
}
