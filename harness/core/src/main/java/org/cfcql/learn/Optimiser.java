package org.cfcql.learn;

/** A metered optimiser; its state is checkpointed by the harness. */
public interface Optimiser {
    /**
     * One step from the gradients stored in the parameters, then clears them. Charges one unit of
     * the optimiser's role first.
     *
     * @throws org.cfcql.budget.BudgetExceeded if the budget is spent
     */
    void step();

    /** Changes the learning rate of the following steps (schedules). */
    void learningRate(double value);

    /** Steps taken so far; restored with the optimiser's state. */
    long steps();
}
