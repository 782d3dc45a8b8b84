package org.cfcql.perf;

import java.util.ArrayList;
import java.util.List;

/**
 * The unavoidable products of a round of the continuous branch: one full update and {@code
 * criticUpdates - 1} critic-only ones (spec 2.2 to 2.4, 2.6).
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

    /** Implicit Q-learning: a target critic, a critic, V now and next; the actors' densities. */
    ArithmeticFloor implicitQLearning() {
        List<MatrixProduct> products = new ArrayList<>();
        addValueForward(products, "next value", 1, task.stateSize(), criticUpdates);
        addValueForward(products, "target critic", HEADS, centralInput(), criticUpdates);
        addValuePasses(products, "value", 1, task.stateSize(), criticUpdates);
        addValuePasses(products, "critic", HEADS, centralInput(), criticUpdates);
        addActorPasses(products);
        return new ArithmeticFloor(products, 0);
    }

    /** AWAC: actors next, a target critic, a critic; the actors' densities and two values. */
    ArithmeticFloor awac() {
        List<MatrixProduct> products = new ArrayList<>();
        addTemporalDifference(products);
        addActorPasses(products);
        addValueForward(products, "advantage", HEADS, centralInput(), 2);
        return new ArithmeticFloor(products, 0);
    }

    /** MAICQ: a target critic, a critic; the actors' densities. */
    ArithmeticFloor maicq() {
        List<MatrixProduct> products = new ArrayList<>();
        addValueForward(products, "target critic", HEADS, centralInput(), criticUpdates);
        addValuePasses(products, "critic", HEADS, centralInput(), criticUpdates);
        addActorPasses(products);
        return new ArithmeticFloor(products, 0);
    }

    /** ICQL: each agent's own critic with a penalty, and its policy's improvement. */
    ArithmeticFloor icql() {
        List<MatrixProduct> products = new ArrayList<>();
        addIndependent(products);
        return new ArithmeticFloor(products, independentExponentials());
    }

    /** OMAR: ICQL, and a search by head 1 of each critic; the observation's share once. */
    ArithmeticFloor omar(int searches, int samples) {
        List<MatrixProduct> products = new ArrayList<>();
        addIndependent(products);
        int agents = task.agents();
        int rows = task.batch() * samples;
        int hidden = task.hidden();
        add(products, "search 1 shared", agents, task.batch(), task.observationSize(), hidden, 1);
        add(products, "search 1 replaced", agents, rows, task.actionSize(), hidden, searches);
        add(products, "search 2", agents, rows, hidden, hidden, searches);
        add(products, "search 3", agents, rows, hidden, 1, searches);
        return new ArithmeticFloor(products, independentExponentials());
    }

    private void addIndependent(List<MatrixProduct> products) {
        int agents = task.agents();
        int input = task.observationSize() + task.actionSize();
        int hidden = task.hidden();
        addActorForward(products, "target actors", criticUpdates);
        addValueForward(products, "target critics", HEADS * agents, input, criticUpdates);
        addValuePasses(products, "critics", HEADS * agents, input, criticUpdates);
        addPenalty(products, agents, SAMPLES * task.penaltyGroups(), input, task.actionSize());
        addActorPasses(products);
        String p = "improvement ";
        int batch = task.batch();
        add(products, p + "1", agents, batch, input, hidden, 1);
        add(products, p + "2", agents, batch, hidden, hidden, 1);
        add(products, p + "3", agents, batch, hidden, 1, 1);
        add(products, p + "2 input", agents, batch, hidden, hidden, 1);
        add(products, p + "1 input", agents, batch, hidden, task.actionSize(), 1);
    }

    private long independentExponentials() {
        long perAgent = (long) HEADS * task.batch() * SAMPLES * task.penaltyGroups();
        return perAgent * task.agents() * criticUpdates;
    }

    private ArithmeticFloor withPenalty(
            int rowsPerState, int replacedWidth, boolean counterfactualImprovement) {
        List<MatrixProduct> products = new ArrayList<>();
        addTemporalDifference(products);
        addPenalty(products, 1, rowsPerState, centralInput(), replacedWidth);
        addActors(products, counterfactualImprovement);
        long exponentials = (long) criticUpdates * HEADS * task.batch() * rowsPerState;
        return new ArithmeticFloor(products, exponentials);
    }

    private void addTemporalDifference(List<MatrixProduct> products) {
        addActorForward(products, "target actors", criticUpdates);
        addValueForward(products, "target critic", HEADS, centralInput(), criticUpdates);
        addValuePasses(products, "critic", HEADS, centralInput(), criticUpdates);
    }

    private int centralInput() {
        return task.stateSize() + task.agents() * task.actionSize();
    }

    /** Values of one number by two hidden layers, for a batch. */
    private void addValueForward(
            List<MatrixProduct> products, String name, int replicas, int input, int repeats) {
        int batch = task.batch();
        int hidden = task.hidden();
        add(products, name + " 1", replicas, batch, input, hidden, repeats);
        add(products, name + " 2", replicas, batch, hidden, hidden, repeats);
        add(products, name + " 3", replicas, batch, hidden, 1, repeats);
    }

    /** The same with the gradients of the parameters. */
    private void addValuePasses(
            List<MatrixProduct> products, String name, int replicas, int input, int repeats) {
        int batch = task.batch();
        int hidden = task.hidden();
        addValueForward(products, name, replicas, input, repeats);
        add(products, name + " 3 weights", replicas, 1, batch, hidden, repeats);
        add(products, name + " 2 weights", replicas, hidden, batch, hidden, repeats);
        add(products, name + " 2 input", replicas, batch, hidden, hidden, repeats);
        add(products, name + " 1 weights", replicas, hidden, batch, input, repeats);
    }

    /**
     * The conservative term.
     *
     * @param critics number of twin critics
     * @param rowsPerState samples per transition and critic
     * @param shared width of the input that a transition's samples share
     * @param replaced width of the input that differs between them
     */
    private void addPenalty(
            List<MatrixProduct> products, int critics, int rowsPerState, int shared, int replaced) {
        int batch = task.batch();
        int hidden = task.hidden();
        int rows = batch * rowsPerState;
        int heads = HEADS * critics;
        String p = "penalty ";
        add(products, p + "1 shared", heads, batch, shared, hidden, criticUpdates);
        add(products, p + "1 replaced", heads, rows, replaced, hidden, criticUpdates);
        add(products, p + "2", heads, rows, hidden, hidden, criticUpdates);
        add(products, p + "3", heads, rows, hidden, 1, criticUpdates);
        add(products, p + "3 weights", heads, 1, rows, hidden, criticUpdates);
        add(products, p + "2 weights", heads, hidden, rows, hidden, criticUpdates);
        add(products, p + "2 input", heads, rows, hidden, hidden, criticUpdates);
        add(products, p + "1 replaced weights", heads, hidden, rows, replaced, criticUpdates);
        add(products, p + "1 shared weights", heads, hidden, batch, shared, criticUpdates);
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
