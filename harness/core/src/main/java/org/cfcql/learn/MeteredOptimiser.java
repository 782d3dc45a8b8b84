package org.cfcql.learn;

import java.util.Arrays;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.budget.Role;
import org.cfcql.nn.Adam;

/**
 * Adam whose every step is charged to a ledger before it is taken.
 *
 * @param adam the optimiser itself; the harness checkpoints its state
 * @param role what the steps are charged to
 * @param ledger the cell's ledger
 */
record MeteredOptimiser(Adam adam, Role role, BudgetLedger ledger) implements Optimiser {
    @Override
    public void step() {
        ledger.charge(role, 1);
        adam.step();
    }

    @Override
    public void learningRate(double value) {
        adam.learningRate(value);
    }

    @Override
    public long steps() {
        return Arrays.stream(adam.steps()).max().orElse(0);
    }
}
